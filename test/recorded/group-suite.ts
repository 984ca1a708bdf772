import { suite, type Test } from 'uvu';
import * as assert from 'uvu/assert';
import { oneIn } from '../helpers/commands/extent.ts';
import { differences } from './compare.ts';
import { maker } from './maker.ts';
import { type Facts, INPUT, readRecord } from './record.ts';
import { inputFacts, outputFacts, type RecordedGroup, type RecordedTitle } from './title.ts';

const WHAT_NOW = 'If they are meant to change: npm run test:recorded -- --write';

/** Assert that a title is packaged to the recorded bytes. @throws Error that names the files that are others */
export async function assertAsRecorded(title: RecordedTitle, recorded: Facts): Promise<void> {
  const now = new Map([...(await inputFacts(title)), ...(await outputFacts(title))]);
  const changed = differences(recorded, now);
  if (changed.length > 0) throw new Error([`${title.name} is another:`, ...changed, WHAT_NOW].join('\n'));
}

/** A title in some of its cells. */
const sharedOut = (title: RecordedTitle, index: number, { every = 1 }: RecordedGroup): RecordedTitle => ({
  ...title,
  cells: Object.fromEntries(oneIn(every, Object.entries(title.cells), index)),
});

/** Of what is recorded of a title, what is of its inputs and its cells. */
const ofCells = (recorded: Facts, { cells }: RecordedTitle): Facts => {
  const starts = [INPUT, ...Object.keys(cells).map((cell) => `${cell}/`)];
  return new Map([...recorded].filter(([name]) => starts.some((start) => `${name}/`.startsWith(start))));
};

/**
 * A test for each title of a group: all that is written has the recorded hashes. A title whose input was made here to be
 * another one cannot be compared; how many were is said at the end, and all must be where ffmpeg is the recorded one.
 */
export async function groupSuite(group: RecordedGroup): Promise<Test> {
  const { name, titles, isCommitted = false, isOptional = false } = group;
  const record = await readRecord(name);
  const isSameMaker = isCommitted || isOptional || (await maker()) === record.maker;
  const test = suite(`recorded, ${name}`);
  let compared = 0;
  const tried = titles
    .map((title, index) => sharedOut(title, index, group))
    .filter(({ cells }) => Object.keys(cells).length > 0);
  for (const title of tried) {
    test(title.name, async () => {
      const recorded = record.titles.get(title.name);
      assert.ok(recorded, `${title.name} is not recorded: npm run test:recorded -- --write`);
      const inputs = await inputFacts(title);
      const isSameInput = [...inputs].every(([input, hash]) => recorded.get(input) === hash);
      if (!isSameInput && !isSameMaker) return;
      compared++;
      await assertAsRecorded(title, ofCells(recorded, title));
    });
  }
  test('nothing is recorded of titles that are no more', () => {
    const names = titles.map((title) => title.name);
    const gone = [...record.titles.keys()].filter((title) => !names.includes(title));
    if (!isOptional) assert.equal(gone, []);
  });
  test.after(() => {
    const others = tried.length - compared;
    const why = others > 0 ? `, ${others} not: their inputs were ${record.maker}, and are others here` : '';
    process.stdout.write(`recorded, ${name}: ${compared} of ${tried.length} titles compared${why}\n`);
  });
  return test;
}
