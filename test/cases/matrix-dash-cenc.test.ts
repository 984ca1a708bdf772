import { columnSuite } from '../helpers/matrix/column-suite.ts';
import { dashCencColumn } from '../helpers/matrix/dash-columns.ts';

// The other rows: test/recorded knows their bytes, and `npm run test:matrix` proves them.
const test = columnSuite(dashCencColumn, false);

test.run();
