import { columnSuite } from '../helpers/matrix/column-suite.ts';
import { dashCbcsColumn } from '../helpers/matrix/dash-columns.ts';

// The other rows: test/recorded knows their bytes, and `npm run test:matrix` proves them.
const test = columnSuite(dashCbcsColumn, false);

test.run();
