import type { RunEvent } from '../contract/events.ts';
import type { Display } from './display.ts';
import { errorDetails } from './errors.ts';

/** A unit's progress is written at most this often, in milliseconds; its start and end always. */
const INTERVAL = 250;

type JsonEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/**
 * One JSON object a line: each event of the run with the number of its title (from 1), and
 * `{"type":"error","title":1,"error":{…}}` when a title fails; without `title` when the command does. A title of a list
 * that was there already is `{"type":"exists","title":1,"outputs":["…"]}` and nothing more; `"resumed":true` in it: its receipt says that it is packaged.
 */
export function jsonDisplay({ write, now }: { write(text: string): void; now(): number }): Display {
  return {
    open: ({ number: title }) => {
      const last = new Map<string, number>();
      const line = ({ type, ...rest }: JsonEvent) => write(`${JSON.stringify({ type, title, ...rest })}\n`);
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
          if ('error' in outcome) line({ type: 'error', error: errorDetails(outcome.error) });
        },
      };
    },
    skip: ({ number: title }, { exists, hasReceipt }) =>
      write(
        `${JSON.stringify({ type: 'exists', title, outputs: exists, ...(hasReceipt && { resumed: true }) })}\n`,
      ),
    refuse: (error) => write(`${JSON.stringify({ type: 'error', error: errorDetails(error) })}\n`),
    end: () => undefined,
  };
}

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
