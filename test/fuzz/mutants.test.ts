/** Damaged files of every kind: each is packaged or refused in order, whatever was done to it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IS_LONG } from '../helpers/commands/extent.ts';
import { campaign, mutantsOf } from './campaign.ts';
import { FUZZ_MEDIA } from './media.ts';

const test = suite('hostile files');

const SEED = 4;
/** Counted, so that a slow machine does the same work. */
const EACH = IS_LONG ? 9 : 2;

test(`${EACH} mutants of each of ${FUZZ_MEDIA.length} files are packaged as they were or refused in order`, async () => {
  const tally = await campaign(mutantsOf(SEED, EACH * FUZZ_MEDIA.length));
  assert.equal(tally.defects, []);
  assert.is(tally.mutants, EACH * FUZZ_MEDIA.length);
  // Else the mutators would be too wild to get anywhere, or too tame.
  assert.ok(tally.packaged > tally.runs / 4, tally.table);
  assert.ok(tally.refused('NOT_MEDIA') > tally.runs / 20, tally.table);
  // Else nothing would have been compared: the media have dozens of samples.
  assert.ok(tally.samples > 30 * tally.packaged, tally.table);
});

test.run();
