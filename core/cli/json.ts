import type { RunEvent } from '../contract/events.ts';
import type { Display, TitleHeading } from './display.ts';
import { errorDetails } from './errors.ts';
import { tallyOf } from './tally.ts';

/** A unit's progress is written at most this often, in milliseconds; its start and end always. */
const INTERVAL = 250;

type JsonEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/**
 * One JSON object a line: each event of the run with the number of its title (from 1), and
 * `{"type":"error","title":1,"error":{…}}` when a title fails; without `title` when the command does. Of a list each has the
 * content id too, where the config says it; one that is tried again after some seconds is `{"type":"again","title":1,"seconds":5,
 * "error":{…}}`, one that was there already `{"type":"exists","title":1,"outputs":["…"]}` and nothing more (`"resumed":true` in it: its
 * receipt says that it is packaged); the last is `{"type":"summary",…}`, the list in figures.
 */
export function jsonDisplay({ write, now }: { write(text: string): void; now(): number }): Display {
  return {
    open: (heading) => {
      const last = new Map<string, number>();
      const names = namesOf(heading);
      const line = ({ type, ...rest }: JsonEvent) =>
        write(`${JSON.stringify({ type, ...names, ...rest })}\n`);
      return {
        event: (event) => {
          if (event.type === 'unit' && event.state === 'progress') {
            const unit = `${event.mode}/${event.unit}`;
            const time = now();
            if (time - (last.get(unit) ?? -INTERVAL) < INTERVAL) return;
            last.set(unit, time);
          }
          line(slim(event));
        },
        close: async (outcome) => {
          if (!('error' in outcome)) return;
          const { again: seconds } = outcome;
          const error = errorDetails(outcome.error);
          line(seconds === undefined ? { type: 'error', error } : { type: 'again', seconds, error });
        },
      };
    },
    skip: (heading, { exists, hasReceipt }) => {
      const there = { outputs: exists, ...(hasReceipt && { resumed: true }) };
      write(`${JSON.stringify({ type: 'exists', ...namesOf(heading), ...there })}\n`);
    },
    refuse: (error) => write(refusal(error)),
    end: (results) => {
      const { of = 1 } = results[0]?.heading ?? {};
      if (of > 1) write(`${JSON.stringify({ type: 'summary', ...tallyOf(results, of) })}\n`);
    },
  };
}

/** The event of a command that fails, and not in one of its titles. */
export const refusal = (error: unknown): string =>
  `${JSON.stringify({ type: 'error', error: errorDetails(error) })}\n`;

/** Which title an event is of. */
const namesOf = ({ number: title, of, contentId }: TitleHeading): object => ({
  title,
  ...(of > 1 && contentId !== undefined && { contentId }),
});

/** Segment rows run to thousands a rendition: manifests are made from them, logs are not. */
function slim(event: RunEvent): JsonEvent {
  if (event.type !== 'finished') return event;
  const modes = event.report.modes.map((mode) => ({
    ...mode,
    renditions: mode.renditions.map(({ segments, iframes: _, ...rendition }) => ({
      ...rendition,
      segmentCount: segments.sizes.length,
    })),
  }));
  return { ...event, report: { ...event.report, modes } };
}
