import { columnSuite } from '../helpers/matrix/column-suite.ts';
import { dashCencColumn } from '../helpers/matrix/dash-columns.ts';

const test = columnSuite(dashCencColumn, 1, false);

test.run();
