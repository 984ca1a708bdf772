import { cmafCencColumn } from '../helpers/matrix/cmaf-columns.ts';
import { columnSuite } from '../helpers/matrix/column-suite.ts';

// Layouts are those of cmaf-cbcs, samples are protected as in dash-cenc.
const test = columnSuite(cmafCencColumn);

test.run();
