import { cmafCencColumn } from '../helpers/matrix/cmaf-columns.ts';
import { columnSuite } from '../helpers/matrix/column-suite.ts';

const test = columnSuite(cmafCencColumn);

test.run();
