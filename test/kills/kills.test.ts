/** A small share of the campaign (`main.ts`), and the kills that once left something. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IS_LONG } from '../helpers/commands/extent.ts';
import { makeReference, newTally, tryKill } from './attempt.ts';
import { campaign } from './campaign.ts';
import { hasContainers } from './command.ts';
import type { Kill } from './kill.ts';

const test = suite('kills');

const KILLS = IS_LONG ? 20 : 4;

test(`${KILLS} kills, ${hasContainers() ? 'some across containers' : 'none across containers: unshare cannot make any here'}`, async () => {
  const { killed, defects } = await campaign({ runs: KILLS, seed: 1, jobs: 2 });
  assert.ok(killed >= KILLS);
  assert.equal(defects, []);
});

/** Calls from one kill to the next. */
const EVERY = IS_LONG ? 6 : 13;

const ONE: Kill = {
  number: 0,
  modes: 'four',
  overwrite: false,
  workers: 0,
  room: 'here',
  ways: [],
  next: 'the same list',
  nextRoom: 'here',
};

test('a list that is run again after a kill finds what was published, wholly, and leaves nothing of the dead run', async () => {
  const reference = await makeReference('four');
  const { journal } = reference.lives.false.calls;
  const tally = newTally();
  // Throughout the publication: before its names are moved, between any two of them, and while it cleans up.
  for (let step = 2; step < journal; step += EVERY) {
    const kill: Kill = { ...ONE, ways: [{ by: 'step', orders: { from: 'journal', step } }] };
    assert.equal(await tryKill(kill, reference, tally), [], `killed at call ${step} of ${journal}`);
  }
  assert.is(tally.survived, 0);
  assert.ok(tally.phases.has('moving') && tally.phases.has('cleaning up'), [...tally.phases.keys()].join());
});

test.run();
