import { groupSuite } from './group-suite.ts';
import { LARGE_GROUP } from './groups.ts';

const test = await groupSuite(LARGE_GROUP);

test.run();
