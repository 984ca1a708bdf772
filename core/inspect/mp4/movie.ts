import type { Box } from './box.ts';
import type { FragmentDefaults, MovieFacts } from './facts.ts';
import { readPsshs } from './pssh.ts';
import { durationOf, type MovieTrack, readTrack } from './track.ts';

/** All that `moov` says. */
export interface Movie {
  readonly facts: MovieFacts;
  readonly tracks: readonly MovieTrack[];
}

/** @throws DamageError */
export function readMovie(moov: Box): Movie {
  const boxes = moov.children();
  const header = readMovieHeader(moov.needed('mvhd'));
  const extended = boxes.find(({ type }) => type === 'mvex');
  const defaults = readDefaults(extended?.children() ?? []);
  const tracks = boxes
    .filter(({ type }) => type === 'trak')
    .map((trak) => readTrack(trak, defaults, header.timescale));
  if (new Set(tracks.map(({ track }) => track.id)).size < tracks.length)
    throw moov.damage('has tracks that share a track_ID');
  return {
    facts: {
      ...moov.place,
      timescale: header.timescale,
      duration: extendedDuration(extended) ?? header.duration,
      isFragmented: extended !== undefined,
      pssh: readPsshs(boxes),
    },
    tracks,
  };
}

function readMovieHeader(box: Box) {
  const { version, fields } = box.fullFields();
  const isLong = version === 1;
  const timescale = fields.skip(isLong ? 16 : 8).u32();
  if (timescale === 0) throw box.damage('has a movie of no ticks a second');
  return { timescale, duration: durationOf(fields, isLong) };
}

/** `mehd` (ISO/IEC 14496-12, 8.8.2). */
function extendedDuration(extended: Box | undefined): number | undefined {
  const box = extended?.child('mehd');
  if (!box) return undefined;
  const { version, fields } = box.fullFields();
  return fields.word(version === 1);
}

/** `trex` of each track, by track_ID. */
function readDefaults(boxes: readonly Box[]): Map<number, FragmentDefaults> {
  const defaults = new Map<number, FragmentDefaults>();
  for (const box of boxes) {
    if (box.type !== 'trex') continue;
    const { fields } = box.fullFields();
    const id = fields.u32();
    const description = fields.u32();
    defaults.set(id, { description, duration: fields.u32(), size: fields.u32(), flags: fields.u32() });
  }
  return defaults;
}
