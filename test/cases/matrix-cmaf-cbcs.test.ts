import { cmafCbcsColumn } from '../helpers/matrix/cmaf-columns.ts';
import { columnSuite } from '../helpers/matrix/column-suite.ts';

const test = columnSuite(cmafCbcsColumn);

test.run();
