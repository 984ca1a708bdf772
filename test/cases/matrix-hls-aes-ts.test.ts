import { columnSuite } from '../helpers/matrix/column-suite.ts';
import { hlsAesTsColumn } from '../helpers/matrix/hls-ts-columns.ts';

const test = columnSuite(hlsAesTsColumn);

test.run();
