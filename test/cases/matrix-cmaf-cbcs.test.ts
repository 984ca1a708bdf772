import { cmafCbcsColumn } from '../helpers/matrix/cmaf-columns.ts';
import { columnSuite } from '../helpers/matrix/column-suite.ts';

// Protection is that of dash-cbcs, and test/recorded knows the bytes of every row.
const test = columnSuite(cmafCbcsColumn);

test.run();
