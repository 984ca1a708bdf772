/** Long lists: which titles, in what order, what is tried again, and what is told of them. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fail } from '../../core/base/errors.ts';
import { BatchState } from '../../core/cli/batch-state.ts';
import { jsonDisplay } from '../../core/cli/json.ts';
import { requireReportPlace, writeListReport } from '../../core/cli/list-report.ts';
import { chosen } from '../../core/cli/only.ts';
import { plainDisplay } from '../../core/cli/plain.ts';
import { runTitles, type TitlesOptions } from '../../core/cli/run-titles.ts';
import { orderOf, type Titles } from '../../core/cli/titles.ts';
import { report, unit } from '../helpers/commands/cli-runs.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('cli batch');

/** A list of titles, with how many of them were made. */
class Made implements Titles {
  readonly length: number;
  readonly made = new Set<number>();

  constructor(length: number) {
    this.length = length;
  }

  at(index: number) {
    this.made.add(index);
    return {
      plugins: [],
      title: {
        contentId: `film-${index + 1}`,
        inputs: [`/videos/${index + 1}.mp4`],
        output: `/videos/out/${index + 1}`,
        modes: undefined,
        segmentDuration: 6,
        clear: [],
        overwrite: true,
        workers: 0,
        reproducible: undefined,
      },
    };
  }
}

/** What a title of a number ends with, at its first try, its second and so on; the last is for all that follow. */
type Script = Readonly<Record<number, readonly (Error | undefined)[]>>;

/** Run a list through an engine that does as a script says. */
async function runList(length: number, script: Script, more: Partial<TitlesOptions> = {}) {
  const titles = new Made(length);
  const begun: number[] = [];
  const errors: string[] = [];
  const pauses: number[] = [];
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const results = await runTitles({
    titles,
    packageTitle: async ({ title: { contentId = '' }, onEvent }) => {
      const number = Number(contentId.replace('film-', ''));
      const told = script[number] ?? [];
      const tries = begun.filter((each) => each === number).length;
      begun.push(number);
      onEvent?.(unit(1, 'end', 1000, 1000));
      const error = told[Math.min(tries, told.length - 1)];
      if (error) throw error;
      return { ...report, contentId };
    },
    display: plainDisplay({ write, now: () => 0, folder: '/videos' }),
    signal: new AbortController().signal,
    retries: {
      most: 2,
      pause: async (seconds) => {
        pauses.push(seconds);
      },
    },
    onError: (error, name) => errors.push(`${(error as { code?: string }).code} ${name}`),
    ...more,
  });
  return { results, begun, errors, pauses, text, made: titles.made };
}

const down = fail.requestFailed('keys.example', 'the connection was refused.');
const bad = fail.notMedia('/videos/4.mp4', 'it seems to be a text file.');

test('a title whose server is down is tried again, with growing pauses, while the others go on', async () => {
  const { begun, errors, pauses, results } = await runList(30, { 3: [down, down, undefined], 4: [bad] });
  assert.equal(begun.filter((number) => number === 3).length, 3);
  assert.equal(begun.filter((number) => number === 4).length, 1);
  assert.equal(pauses, [5, 15]);
  assert.equal(errors, ['NOT_MEDIA 4 of 30: film-4 (4.mp4)']);
  assert.equal(
    results.map(({ heading }) => heading.number),
    Array.from({ length: 30 }, (_, index) => index + 1),
  );
});

test('one that stays down fails in the end; what is wrong with credentials fails at once', async () => {
  const refused = fail.serverError('keys.example', 'answered with HTTP 401.');
  const busy = fail.serverError('keys.example', 'answered with HTTP 503.');
  busy.transient = true;
  const { errors, begun } = await runList(30, { 1: [down], 2: [refused], 3: [busy, undefined] });
  assert.equal(errors.toSorted(), [
    'REQUEST_FAILED 1 of 30: film-1 (1.mp4)',
    'SERVER_ERROR 2 of 30: film-2 (2.mp4)',
  ]);
  const tries = [1, 2, 3].map((number) => begun.filter((each) => each === number).length);
  assert.equal(tries, [3, 1, 2]);
});

test('few of a long list are made ahead, and with fail-fast none is begun after a failure', async () => {
  const { begun, made, results, text } = await runList(5000, { 4: [bad] }, { failFast: true });
  assert.ok(begun.length <= 6, `${begun.length} were begun`);
  assert.ok(made.size <= 200, `${made.size} were made`);
  assert.is(results.length, begun.length);
  assert.match(text, /5000 titles: \d written, 1 failed, 499\d not begun/);
});

/** Ends when it is cut short, and not before. */
const cutShort = (_: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

test('one that waits for its next try has failed where no title is begun any more', async () => {
  const retries = { most: 2, pause: cutShort };
  const script = { 1: [down], 4: [bad] };
  const failed = await runList(30, script, { failFast: true, retries });
  assert.equal(failed.errors, [
    'NOT_MEDIA 4 of 30: film-4 (4.mp4)',
    'REQUEST_FAILED 1 of 30: film-1 (1.mp4)',
  ]);
  assert.equal(failed.results[0]?.heading.number, 1);
  assert.match(failed.text, /2 failed, 2\d not begun/);

  const controller = new AbortController();
  const pause = (seconds: number, signal: AbortSignal) => {
    controller.abort();
    return signal.aborted ? Promise.resolve() : cutShort(seconds, signal);
  };
  const cancelled = await runList(2, script, {
    retries: { most: 2, pause },
    signal: controller.signal,
  });
  assert.equal(cancelled.errors, ['REQUEST_FAILED 1 of 2: film-1 (1.mp4)', 'CANCELLED undefined']);
  assert.is(cancelled.begun.filter((number) => number === 1).length, 1);
});

test('a title that was cancelled has not failed', async () => {
  const { text, results } = await runList(25, { 3: [fail.cancelled()] });
  assert.match(text, ' 3/25 cancelled film-3');
  assert.match(text, '25 titles: 24 written, none failed, 1 cancelled');
  const cwd = temporaryFolder('reports');
  await writeListReport('report.json', 25, results, { cwd });
  const { failed, cancelled, list } = JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'));
  assert.equal([failed, cancelled, list[2].status], [0, 1, 'cancelled']);
  const few = await runList(2, { 1: [fail.cancelled()] });
  assert.match(few.text, '1 title written, none failed, 1 cancelled');
});

test('a title whose plugins can no longer be made fails, and no other does', async () => {
  const titles = new Made(30);
  const at = titles.at.bind(titles);
  titles.at = (index) => {
    if (index === 2) throw bad;
    return at(index);
  };
  const nameOf = () => ({ contentId: undefined, inputs: ['titles.csv, line 4'] });
  const { errors, results } = await runList(30, {}, { titles: Object.assign(titles, { nameOf }) });
  assert.equal(errors, ['NOT_MEDIA 3 of 30: titles.csv, line 4']);
  assert.is(results.length, 30);
});

test('titles with smaller priorities are begun first, equal ones in their order; numbers stay those of the list', async () => {
  const priorities = Array.from({ length: 100 }, (_, index) => ({ 2: 1, 99: 1, 50: 999, 0: 1001 })[index]);
  const titles = Object.assign(new Made(100), { order: orderOf(priorities) });
  const { begun, results } = await runList(100, {}, { titles });
  assert.equal(begun.slice(0, 5), [3, 100, 51, 2, 4]);
  assert.is(begun.at(-1), 1);
  assert.equal(
    results.map(({ heading }) => heading.number),
    begun.toSorted((one, other) => one - other),
  );
});

test('what is kept of a title that is over holds no lists of files or segments', async () => {
  const { results } = await runList(25, {});
  assert.ok(JSON.stringify(results[0]).length < 700, JSON.stringify(results[0]));
});

test('a log has a line a title, and a table of those that failed', async () => {
  const { text } = await runList(25, { 3: [down, undefined], 4: [bad] });
  const lines = text.trimEnd().split('\n');
  assert.ok(lines.includes(' 3/25 again    film-3: REQUEST_FAILED, tried again in 5 s'));
  assert.ok(lines.includes(' 4/25 failed   film-4: NOT_MEDIA'));
  assert.ok(lines.includes(' 5/25 written  film-5: 4 files, 8.48 MB in 0.40 s'), text);
  assert.equal(lines.slice(-5), [
    '',
    '1 title failed:',
    '  4  film-4  NOT_MEDIA  /videos/4.mp4 is not media that can be read: it seems to be a text file.',
    '',
    '25 titles: 24 written, 1 failed, 192 MB read, 204 MB written',
  ]);
});

test('events name the content, and the last one has the figures', async () => {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  await runList(2, { 1: [down, undefined], 2: [bad] }, { display: jsonDisplay({ write, now: () => 0 }) });
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(events.slice(0, -1).every(({ title, contentId }) => contentId === `film-${title}`));
  const again = events.find(({ type }) => type === 'again');
  assert.equal([again.title, again.seconds, again.error.code], [1, 5, 'REQUEST_FAILED']);
  const { type, titles, written, failed, left } = events.at(-1);
  assert.equal([type, titles, written, failed, left], ['summary', 2, 1, 1, 0]);
});

test('speed, and how long the rest will take', () => {
  const state = new BatchState(300, 0);
  for (let number = 1; number <= 10; number++) {
    const note = state.begin();
    note(unit(1, 'progress', 4_000_000, 10_000_000));
    note(unit(1, 'end', 10_000_000, 10_000_000));
    state.end(number === 1 ? 'failed' : 'written', number * 2000);
  }
  assert.is(state.counts(2), '10 of 300 titles done, 1 failed, 2 at work, 288 waiting');
  assert.equal(state.pace(20_000), ['5.0 MB/s', 'about 9 min 40 s left']);
});

test('--only: content ids, names of inputs, globs, numbers; what chooses nothing is refused', () => {
  const titles = ['news-1', 'news-2', '3', undefined].map((contentId, index) => ({
    contentId,
    inputs: [`/in/clip+${index}.mp4`],
  }));
  assert.equal(chosen(titles, ['news-*']), [0, 1]);
  assert.equal(chosen(titles, ['3', '4']), [2, 3]);
  assert.equal(chosen(titles, ['clip+3', 'clip+?.mp4']), [0, 1, 2, 3]);
  assert.equal(chosen(titles, ['2-99']), [1, 2, 3]);
  for (const pattern of ['new', '9', '0', '', 'clip.0'])
    assert.throws(() => chosen(titles, [pattern]), /no title of 4 is/, pattern);
});

test('a report replaces earlier ones, and nothing else that is there', async () => {
  const cwd = temporaryFolder('reports');
  await writeListReport('report.json', 3, [], { cwd });
  for (const name of ['report.json', 'new.json', 'folder/new.json'])
    assert.is(await requireReportPlace(name, { cwd }), undefined, name);
  const others = {
    'titles.csv': 'contentId,inputs\n',
    'config.json': '{ "version": 1 }',
    'titles.jsonl': '{}',
  };
  for (const [name, text] of Object.entries(others)) await writeFile(join(cwd, name), text);
  for (const name of [...Object.keys(others), '.', '/dev/null']) {
    const error = await failureOf(requireReportPlace(name, { cwd }));
    assert.is(error.code, 'OUTPUT_EXISTS', name);
  }
  for (const name of ['titles.csv/report.json', 'titles.csv/folder/report.json']) {
    const error = await failureOf(requireReportPlace(name, { cwd }));
    assert.is(error.code, 'OUTPUT_NOT_WRITABLE', name);
    assert.match(error.message, /^Cannot write to .*report\.json: /);
  }
});

test.run();
