import { assertAsRecorded, groupSuite } from './group-suite.ts';
import { SAMPLE_GROUP } from './groups.ts';
import { readRecord } from './record.ts';
import { startTitle } from './sample-titles.ts';

const test = await groupSuite(SAMPLE_GROUP);

test('npm start with two workers', async () => {
  const { titles } = await readRecord('sample');
  await assertAsRecorded(startTitle(2), titles.get('npm start')!);
});

test.run();
