import { columnSuite } from '../helpers/matrix/column-suite.ts';
import { ncgColumn } from '../helpers/matrix/ncg-column.ts';

// The other rows: test/recorded knows their bytes, and `npm run test:matrix` proves them.
const test = columnSuite(ncgColumn);

test.run();
