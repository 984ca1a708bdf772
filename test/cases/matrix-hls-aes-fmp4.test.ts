import { columnSuite } from '../helpers/matrix/column-suite.ts';
import { hlsAesFmp4Column } from '../helpers/matrix/hls-fmp4-column.ts';

// The other rows: test/recorded knows their bytes, and `npm run test:matrix` proves them.
const test = columnSuite(hlsAesFmp4Column, false);

test.run();
