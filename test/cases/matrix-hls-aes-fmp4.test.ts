import { columnSuite } from '../helpers/matrix/column-suite.ts';
import { hlsAesFmp4Column } from '../helpers/matrix/hls-fmp4-column.ts';

const test = columnSuite(hlsAesFmp4Column, 1, false);

test.run();
