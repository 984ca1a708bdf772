/** Damaged files of every kind: each is packaged or refused in order, whatever was done to it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { campaign, mutantsOf } from './campaign.ts';
import { FUZZ_MEDIA } from './media.ts';

const test = suite('hostile files');

const SEED = 4;
const EACH = 15;

test(`${EACH} mutants of each of ${FUZZ_MEDIA.length} files are packaged or refused in order`, async () => {
  const { tried, outcomes, defects } = await campaign(mutantsOf(SEED, EACH * FUZZ_MEDIA.length));
  assert.equal(defects, []);
  assert.is(tried, EACH * FUZZ_MEDIA.length);
  // Else the mutators would be too wild to get anywhere, or too tame.
  for (const outcome of ['packaged', 'NOT_MEDIA'])
    assert.ok((outcomes.get(outcome) ?? 0) > tried / 10, outcome);
});

test.run();
