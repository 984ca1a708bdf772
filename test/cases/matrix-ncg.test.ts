import { columnSuite } from '../helpers/matrix/column-suite.ts';
import { ncgColumn } from '../helpers/matrix/ncg-column.ts';

const test = columnSuite(ncgColumn);

test.run();
