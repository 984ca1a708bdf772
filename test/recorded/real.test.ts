import { groupSuite } from './group-suite.ts';
import { REAL_GROUP } from './groups.ts';

const test = await groupSuite(REAL_GROUP);

test.run();
