/** Displays with several titles at once. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fail } from '../../core/base/errors.ts';
import { NO_COLOUR } from '../../core/cli/format.ts';
import { plainDisplay } from '../../core/cli/plain.ts';
import { INITIAL, reduce } from '../../core/cli/progress-state.ts';
import { terminalDisplay } from '../../core/cli/terminal.ts';
import { type OpenEntry, titleLines } from '../../core/cli/terminal-list.ts';
import { plan, report, Sink, stage, unit } from '../helpers/commands/cli-runs.ts';

const test = suite('cli titles');

const heading = (number: number) => ({ number, of: 5, atOnce: 3, inputs: [`movie-${number}.mp4`] });

/** A title that writes eight units, two of which are at work. */
const writing = (number: number): OpenEntry => {
  const events = [
    stage('encrypt', 'start'),
    stage('segment', 'start'),
    plan(...Array<number>(8).fill(100_000_000)),
    unit(1, 'progress', 50_000_000, 100_000_000),
    unit(2, 'progress', 10_000_000, 100_000_000),
  ];
  return {
    heading: heading(number),
    state: events.reduce((state, event, index) => reduce(state, event, index * 1000), INITIAL),
  };
};

const looking = (number: number): OpenEntry => ({
  heading: heading(number),
  state: reduce(INITIAL, stage('demux', 'start'), 0),
});

const lines = (titles: readonly OpenEntry[], rows: number, columns = 80) =>
  titleLines(titles, 5000, { columns, rows }, NO_COLOUR);

test('the first title has most of the room; each of the others has a line, and one for the whole as far as that goes', () => {
  const titles = [writing(1), writing(2), looking(3)];
  const all = lines(titles, 20);
  assert.is(all[0], 'Title 1 of 5: movie-1.mp4: Encrypt and segment');
  assert.match(all[1]!, /^ {2}█+░+ {2}7 %/);
  assert.match(all[2]!, /^ {2}dash-cenc video-1 {2}█/);
  assert.is(all.at(-1), 'Title 3 of 5: movie-3.mp4: Demux');
  const few = lines(titles, 6);
  assert.is(few.filter((line) => line.startsWith('Title')).length, 3);
  assert.is(few.length, 5); // the third has nothing that is at work
});

test('never more or longer lines than there is room', () => {
  const titles = [1, 2, 3, 4, 5].map(writing);
  for (let rows = 0; rows < 30; rows++) {
    for (const columns of [10, 30, 80]) {
      const shown = lines(titles, rows, columns);
      assert.ok(shown.length <= rows, `${shown.length} of ${rows}`);
      for (const line of shown) assert.ok(line.length <= columns, line);
    }
  }
  assert.equal(lines(titles, 3).slice(1), [
    'Title 2 of 5: movie-2.mp4: Encrypt and segment',
    '+3 more titles',
  ]);
  assert.equal(lines(titles, 1), ['+5 more titles']);
});

test('plain lines say whose they are', async () => {
  const sink = new Sink();
  const display = plainDisplay({ write: sink.write, now: () => 0, folder: '/videos' });
  const [one, two] = [display.open(heading(1)), display.open(heading(2))];
  one.event(stage('demux', 'start'));
  two.event(stage('resolve-cid', 'start'));
  two.event({ type: 'warning', message: 'odd' });
  await display.skip?.(heading(3), { exists: ['/videos/out/DASH_c', 'https://…@o.example/v/HLS%20c?…'] });
  await two.close({ error: fail.inputNotFound('/videos/b.mp4') });
  await one.close({ report });
  assert.equal(sink.lines.slice(0, 8), [
    '[1/5] Title 1 of 5: movie-1.mp4',
    '[2/5] Title 2 of 5: movie-2.mp4',
    '[1/5] Demux',
    '[2/5] Resolve content id',
    '[2/5]   warning: odd',
    '[3/5] Title 3 of 5: movie-3.mp4',
    '[3/5]   already there, as DASH_c, HLS c; --overwrite packages it again',
    '[2/5] failed',
  ]);
  assert.ok(sink.lines.slice(8).every((line) => line.startsWith('[1/5] ')));
  assert.match(sink.lines.at(-2)!, 'Packaged movie');
});

test('nothing of a name is obeyed by the terminal, and no name begins a line of its own', async () => {
  const name = 'a\u001b[2J\nfilm.mp4';
  const paint = NO_COLOUR;
  const sink = new Sink();
  const size = () => ({ columns: 100, rows: 20 });
  const display = terminalDisplay({ write: sink.write, now: () => 0, size, folder: '/videos', paint });
  const there = { exists: [`/videos/out/${name}`] };
  const headings = [1, 2].map((number) => ({ number, of: 2, inputs: [name] }));
  await display.skip?.({ ...headings[0]!, atOnce: 2 }, there);
  await display.skip?.(headings[1]!, there);
  display.open(headings[0]!);
  display.end(headings.map((each) => ({ heading: each, outcome: { report } })));
  assert.not.match(sink.text, '\u001b');
  const lines = sink.lines.filter((line) => line.includes('film.mp4'));
  assert.is(lines.length, 7, sink.text);
  for (const line of lines) assert.match(line, 'a\uFFFD[2J\uFFFDfilm.mp4');
});

test('why a title is tried again is told everywhere, in one line and without secrets', async () => {
  const reason = 'the connection to https://night:hush-hush@keys.example was refused.\nmore';
  const outcome = { error: fail.requestFailed('keys.example', reason), again: 5 };
  const line =
    'failed; tried again in 5 s: keys.example could not be asked: the connection to https://…@keys.example was refused. (REQUEST_FAILED)';
  for (const atOnce of [1, 2]) {
    const [log, terminal] = [new Sink(), new Sink()];
    const size = () => ({ columns: 200, rows: 20 });
    const displays = [
      plainDisplay({ write: log.write, now: () => 0, folder: '/videos' }),
      terminalDisplay({ write: terminal.write, now: () => 0, size, folder: '/videos', paint: NO_COLOUR }),
    ];
    for (const display of displays) await display.open({ ...heading(1), atOnce }).close(outcome);
    for (const { lines } of [log, terminal])
      assert.is(lines.at(-1)?.replace('[1/5] ', ''), line, `${atOnce} at once`);
  }
});

test('the terminal prints what has become of a title as one piece, and then leaves room for its error', async () => {
  const sink = new Sink();
  const size = () => ({ columns: 100, rows: 20 });
  const options = { write: sink.write, now: () => 0, size, folder: '/videos', paint: NO_COLOUR };
  const display = terminalDisplay(options);
  const [one, two] = [display.open(heading(1)), display.open(heading(2))];
  const close = async (shown: typeof one, outcome: Parameters<typeof one.close>[0], error: string) => {
    await shown.close(outcome);
    sink.write(error);
  };
  await Promise.all([
    close(one, { error: fail.inputNotFound('/videos/a.mp4') }, 'error: not found\n'),
    close(two, { report }, ''),
  ]);
  assert.equal(sink.lines.slice(0, 4), [
    'Title 1 of 5: movie-1.mp4',
    'error: not found',
    'Title 2 of 5: movie-2.mp4',
    '',
  ]);
  assert.match(sink.text, 'Packaged movie: 4 files');
});

test.run();
