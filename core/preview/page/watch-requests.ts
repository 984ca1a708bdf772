import { keyIdOfUrl, LICENCES, mediaPath } from './addresses.ts';

/** Something that a player asked the server for. */
export interface SeenRequest {
  readonly id: number;
  /** Relative to the package; of keys what they are. */
  readonly what: string;
  readonly bytes: number;
  readonly milliseconds: number;
  /** HTTP; 0 where the browser does not tell. */
  readonly status: number;
}

/** The last ones, newest first, and what all of them come to. */
export interface SeenRequests {
  readonly last: readonly SeenRequest[];
  readonly count: number;
  readonly bytes: number;
}

/** So many are kept: of a long title the last ones. */
const KEPT = 200;

let requests: readonly SeenRequest[] = [];
let count = 0;
let bytes = 0;
/** When the manifest that plays was chosen: what was asked for before is another's. */
let since = 0;

/** Listen to all that is loaded, by whatever player. To be called once. */
export function watchRequests(): void {
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) note(entry);
  }).observe({ type: 'resource', buffered: true });
}

function note({
  name,
  startTime,
  duration,
  encodedBodySize,
  responseStatus,
}: PerformanceResourceTiming): void {
  const what = nameOf(name);
  if (what === undefined || startTime < since) return;
  count++;
  bytes += encodedBodySize;
  const seen = { id: count, what, bytes: encodedBodySize, milliseconds: duration, status: responseStatus };
  requests = [seen, ...requests].slice(0, KEPT);
}

function nameOf(url: string): string | undefined {
  if (url === LICENCES) return 'Licence';
  const kid = keyIdOfUrl(url);
  return kid === undefined ? mediaPath(url) : `Key ${kid}`;
}

/** Of the manifest that plays. */
export const seenRequests = (): SeenRequests => ({ last: requests, count, bytes });

export function forgetRequests(): void {
  requests = [];
  count = 0;
  bytes = 0;
  since = performance.now();
}
