import { useState } from 'preact/hooks';
import type { PreviewFacts } from '../api.ts';
import { exactClock, whole } from './figures.ts';

interface KeyFrameStripProps {
  readonly facts: Pick<PreviewFacts, 'duration' | 'keyFrames' | 'keyFramesOf'>;
  readonly time: number;
  readonly onSeek: (seconds: number) => void;
}

const NAMES = {
  trick: { one: 'Key frame', all: 'Key frames' },
  segments: { one: 'Segment', all: 'Segments' },
} as const;

/** Units of the drawing; it is stretched to its place. */
const WIDTH = 1000;
const HEIGHT = 32;
/** So far the first tick is from the edge, which would cut it. */
const EDGE = 3;

/** Where a title can be entered: a tick for each key frame. A click goes to the nearest, arrows to the next and the one before. */
export function KeyFrameStrip({ facts, time, onSeek }: KeyFrameStripProps) {
  const { keyFrames: frames, duration = 0, keyFramesOf } = facts;
  const [pointed, setPointed] = useState<number>();
  const last = frames.at(-1) ?? 0;
  if (frames.length < 2) return null;
  const total = Math.max(duration, last);
  const name = NAMES[keyFramesOf];
  const x = (seconds: number): number =>
    Math.round(EDGE + ((WIDTH - 2 * EDGE) * Math.min(seconds, total)) / total);
  const current = Math.max(
    0,
    frames.findLastIndex((start) => start <= time + 0.05),
  );
  const shown = pointed ?? current;
  /** The nearest to where the pointer is. */
  const at = ({ clientX, currentTarget }: PointerEvent): number => {
    const { left, width } = (currentTarget as Element).getBoundingClientRect();
    return nearest(frames, (total * (clientX - left)) / width);
  };
  return (
    <div class="frames">
      <p aria-hidden="true">
        <span>
          {name.all}: {whole(frames.length)}
        </span>
        <span>
          {name.one} {whole(shown + 1)}, {exactClock(frames[shown]!)}
        </span>
      </p>
      <div
        role="slider"
        tabIndex={0}
        aria-label={name.all}
        aria-valuemin={1}
        aria-valuemax={frames.length}
        aria-valuenow={current + 1}
        aria-valuetext={`${name.one} ${current + 1} of ${frames.length}, at ${exactClock(frames[current]!)}`}
        onKeyDown={(event) => {
          const to = steered(event.key, current, frames.length);
          if (to === undefined) return;
          event.preventDefault();
          onSeek(frames[to]!);
        }}
        onPointerMove={(event) => setPointed(at(event))}
        onPointerLeave={() => setPointed(undefined)}
        onPointerDown={(event) => onSeek(frames[at(event)]!)}
      >
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <rect class="played" width={x(time)} height={HEIGHT} />
          <path class="tick" d={ticks(frames.map(x))} />
          <path class="tick now" d={`M${x(frames[shown]!)} 0V${HEIGHT}`} />
        </svg>
      </div>
    </div>
  );
}

/** One for each place of the drawing: a long title has more key frames than there are. */
const ticks = (places: readonly number[]): string =>
  [...new Set(places)].map((place) => `M${place} 8V${HEIGHT - 8}`).join('');

function nearest(frames: readonly number[], seconds: number): number {
  const after = frames.findIndex((start) => start >= seconds);
  if (after <= 0) return after < 0 ? frames.length - 1 : 0;
  return frames[after]! - seconds < seconds - frames[after - 1]! ? after : after - 1;
}

/** Where a key leads, as with any slider (WAI-ARIA); `undefined`: it is not for this. */
function steered(key: string, current: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min(count - 1, current + 1);
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max(0, current - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
