import { columnSuite } from '../helpers/matrix/column-suite.ts';
import { hlsNcgColumn } from '../helpers/matrix/hls-ts-columns.ts';

// The other rows: test/recorded knows their bytes, and `npm run test:matrix` proves them.
const test = columnSuite(hlsNcgColumn);

test.run();
