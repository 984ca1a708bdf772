import { columnSuite } from '../helpers/matrix/column-suite.ts';
import { dashCbcsColumn } from '../helpers/matrix/dash-columns.ts';

const test = columnSuite(dashCbcsColumn, 1, false);

test.run();
