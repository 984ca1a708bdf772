import { columnSuite } from '../helpers/matrix/column-suite.ts';
import { hlsNcgColumn } from '../helpers/matrix/hls-ts-columns.ts';

const test = columnSuite(hlsNcgColumn);

test.run();
