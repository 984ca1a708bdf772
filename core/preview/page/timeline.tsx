import type { PreviewFacts, PreviewTiles } from '../api.ts';
import { mediaUrl } from './addresses.ts';
import { clock } from './figures.ts';
import { KeyFrameStrip } from './key-frame-strip.tsx';

interface TimelineProps {
  readonly facts: PreviewFacts;
  readonly time: number;
  readonly onSeek: (seconds: number) => void;
}

/** So many stand beside each other; of a long title every so-many-th. */
const MOST_TILES = 12;

/** The title at a glance, by its thumbnails, or else by where its key frames are: ways to seek. */
export function Timeline({ facts, time, onSeek }: TimelineProps) {
  const tiles = facts.tiles ? spread(tilesOf(facts.tiles)) : [];
  if (tiles.length > 0) {
    const current = tiles.findLast(({ start }) => start <= time + 0.05);
    return (
      <ol class="strip" aria-label="Thumbnails">
        {tiles.map((tile) => (
          <li key={tile.start}>
            <button
              type="button"
              aria-label={`Go to ${clock(tile.start)}`}
              aria-current={tile === current ? 'true' : undefined}
              onClick={() => onSeek(tile.start)}
            >
              <span class="tile" style={styleOf(tile)} />
              <span class="at">{clock(tile.start)}</span>
            </button>
          </li>
        ))}
      </ol>
    );
  }
  return <KeyFrameStrip facts={facts} time={time} onSeek={onSeek} />;
}

interface Tile extends Pick<PreviewTiles, 'columns' | 'rows'> {
  readonly path: string;
  readonly start: number;
  readonly column: number;
  readonly row: number;
}

function tilesOf({ columns, rows, images }: PreviewTiles): Tile[] {
  return images.flatMap(({ path, start, duration }) =>
    Array.from({ length: columns * rows }, (_, index) => ({
      columns,
      rows,
      path,
      start: start + (duration * index) / (columns * rows),
      column: index % columns,
      row: Math.floor(index / columns),
    })),
  );
}

const spread = <T,>(all: readonly T[]): T[] => {
  const step = Math.max(1, all.length / MOST_TILES);
  return Array.from(
    { length: Math.min(all.length, MOST_TILES) },
    (_, index) => all[Math.floor(index * step)]!,
  );
};

/** A tile is a window on its image. */
const styleOf = ({ path, columns, rows, column, row }: Tile) => ({
  backgroundImage: `url("${mediaUrl(path)}")`,
  backgroundSize: `${100 * columns}% ${100 * rows}%`,
  backgroundPosition: `${columns > 1 ? (100 * column) / (columns - 1) : 0}% ${rows > 1 ? (100 * row) / (rows - 1) : 0}%`,
});
