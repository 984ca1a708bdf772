import { groupSuite } from './group-suite.ts';
import { MADE_GROUP } from './groups.ts';

const test = await groupSuite(MADE_GROUP);

test.run();
