import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fail } from '../../core/base/errors.ts';
import { jsonDisplay } from '../../core/cli/json.ts';
import { Clock, plan, report, Sink, stage, unit } from '../helpers/commands/cli-runs.ts';

const test = suite('cli json');

function open(number = 1) {
  const clock = new Clock();
  const sink = new Sink();
  const display = jsonDisplay({ write: sink.write, now: clock.now });
  const shown = display.open({ number, of: 2, inputs: ['movie.mp4'] });
  const events = () => sink.lines.map((line) => JSON.parse(line));
  return { clock, display, shown, events };
}

test('writes each event as a line, with the number of its title', () => {
  const { shown, events } = open(2);
  shown.event(stage('demux', 'end', '1 file'));
  shown.event(plan(1000));
  assert.equal(events(), [
    { type: 'stage', title: 2, stage: 'demux', state: 'end', detail: '1 file' },
    {
      type: 'plan',
      title: 2,
      contentId: 'movie',
      units: [{ mode: 'dash-cenc', unit: 'video-1', bytes: 1000 }],
    },
  ]);
});

test('writes the progress of a unit four times a second at most, its start and end always', () => {
  const { clock, shown, events } = open();
  shown.event(unit(1, 'start', 0, 1000));
  for (let done = 0; done < 1000; done++) {
    clock.time = done;
    shown.event(unit(1, 'progress', done, 1000));
    shown.event(unit(2, 'progress', done, 1000));
  }
  shown.event(unit(1, 'end', 1000, 1000));
  const first = events().filter((event) => event.unit === 'video-1');
  assert.equal(
    first.map((event) => event.done),
    [0, 0, 250, 500, 750, 1000],
  );
  assert.is(events().length, first.length + 4);
});

test('leaves the segment rows out of the report', () => {
  const { shown, events } = open();
  shown.event({ type: 'finished', report });
  const [event] = events();
  const [rendition] = event.report.modes[0].renditions;
  assert.is(rendition.unit.id, 'video-1');
  assert.is(rendition.segmentCount, 2);
  assert.not('segments' in rendition);
  assert.not('iframes' in rendition);
  assert.is(event.report.modes[0].keyId, report.modes[0]?.keyId);
});

test('writes the error of a title, and of a command that has not come to one', async () => {
  const { display, shown, events } = open();
  await shown.close({ error: fail.inputNotFound('/videos/movie.mp4') });
  display.refuse?.(fail.noConfig('/videos'));
  const [first, second] = events();
  assert.is(first.type, 'error');
  assert.is(first.title, 1);
  assert.is(first.error.code, 'INPUT_NOT_FOUND');
  assert.is(first.error.exit, 3);
  assert.is(second.error.code, 'NO_CONFIG');
  assert.not('title' in second);
});

test.run();
