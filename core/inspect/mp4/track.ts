import type { MediaTrack } from '../model/media-track.ts';
import type { Box } from './box.ts';
import type { EditFacts, FragmentDefaults, Mp4Track } from './facts.ts';
import { readSampleEntry } from './sample-entry.ts';
import { NO_DESCRIPTIONS, readSeigDescriptions, type SeigDescriptions } from './sample-groups.ts';

/** A track of `moov`, with what finds its samples. */
export interface MovieTrack {
  readonly track: Mp4Track;
  readonly stbl: Box;
  /** `seig` descriptions of `stbl`, for fragments as well. */
  readonly seig: SeigDescriptions;
}

/** More sample entries than a column of `MediaSegment.entries` can tell apart. */
const MOST_ENTRIES = 255;

const KINDS: Readonly<Record<string, MediaTrack['kind']>> = {
  vide: 'video',
  soun: 'audio',
  text: 'text',
  subt: 'text',
  sbtl: 'text',
  pict: 'image',
};

/** Bits of `tkhd` that a packed language has (ISO/IEC 14496-12, 8.4.2): three letters of five bits. */
const LETTER = 0x1f;

/**
 * Read a `trak` (ISO/IEC 14496-12, 8.3).
 * @param defaults of `trex`, by track_ID
 * @param movieTimescale ticks a second of edit lists
 */
export function readTrack(
  trak: Box,
  defaults: ReadonlyMap<number, FragmentDefaults>,
  movieTimescale: number,
): MovieTrack {
  const header = readTrackHeader(trak.needed('tkhd'));
  const mdia = trak.needed('mdia');
  const media = readMediaHeader(mdia.needed('mdhd'));
  const handler = mdia.needed('hdlr').fullFields().fields.skip(4).fourCC();
  const elng = mdia.child('elng');
  const extendedLanguage = elng?.fullFields().fields.text();
  const edits = readEdits(trak.child('edts')?.child('elst'));
  const stbl = mdia.needed('minf').needed('stbl');
  const stsd = stbl.needed('stsd');
  const { version, fields } = stsd.fullFields();
  const place = { handler, descriptionVersion: version };
  const boxes = stsd.children(8).slice(0, fields.u32());
  if (boxes.length > MOST_ENTRIES)
    throw stsd.damage(`has more than ${MOST_ENTRIES} sample entries in a track`);
  const entries = boxes.map((entry) => readSampleEntry(entry, place));
  const scheme = entries.find(({ protection }) => protection)?.protection?.scheme;
  const track: Mp4Track = {
    ...header,
    kind: KINDS[handler] ?? 'other',
    handler,
    timescale: media.timescale,
    language: extendedLanguage ?? (media.mediaLanguage === 'und' ? undefined : media.mediaLanguage),
    roles: readRoles(trak),
    entries,
    mediaStart: mediaStart(edits, media.timescale, movieTimescale),
    mediaDuration: media.mediaDuration,
    mediaLanguage: media.mediaLanguage,
    extendedLanguage,
    edits,
    defaults: defaults.get(header.id),
    tableSamples: tableSamples(stbl),
  };
  return { track, stbl, seig: scheme ? readSeigDescriptions(stbl.children(), scheme) : NO_DESCRIPTIONS };
}

function readTrackHeader(box: Box) {
  const { version, flags, fields } = box.fullFields();
  const isLong = version === 1;
  const id = fields.skip(isLong ? 16 : 8).u32();
  const movieDuration = durationOf(fields.skip(4), isLong);
  const alternateGroup = fields.skip(10).u16();
  fields.skip(4 + 36);
  return {
    id,
    flags,
    movieDuration,
    alternateGroup,
    displayWidth: fields.fixed(),
    displayHeight: fields.fixed(),
  };
}

function readMediaHeader(box: Box) {
  const { version, fields } = box.fullFields();
  const isLong = version === 1;
  const timescale = fields.skip(isLong ? 16 : 8).u32();
  if (timescale === 0) throw box.damage('has a track of no ticks a second');
  const mediaDuration = durationOf(fields, isLong);
  const packed = fields.u16();
  const letters = [10, 5, 0].map((shift) => ((packed >> shift) & LETTER) + 0x60);
  const mediaLanguage = String.fromCharCode(...letters);
  // Codes of QuickTime, and nothing at all, are no letters.
  return {
    timescale,
    mediaDuration,
    mediaLanguage: /^[a-z]{3}$/.test(mediaLanguage) ? mediaLanguage : 'und',
  };
}

/** A duration whose bits are all 1 is not known (ISO/IEC 14496-12, 8.2.2): 0. */
export function durationOf(
  fields: { readonly view: DataView; rows(count: number, length: number): number },
  isLong: boolean,
): number {
  const at = fields.rows(1, isLong ? 8 : 4);
  if (!isLong) {
    const value = fields.view.getUint32(at);
    return value === 0xffff_ffff ? 0 : value;
  }
  const value = fields.view.getBigUint64(at);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? 0 : Number(value);
}

function readEdits(box: Box | undefined): EditFacts[] {
  if (!box) return [];
  const { version, fields } = box.fullFields();
  const isLong = version === 1;
  const count = fields.u32();
  const edits: EditFacts[] = [];
  if (fields.left < count * (isLong ? 20 : 12)) throw box.damage(`has an "elst" of ${count} rows`);
  for (let row = 0; row < count; row++) {
    const duration = fields.word(isLong);
    const mediaTime = isLong ? fields.i64() : fields.i32();
    edits.push({ duration, mediaTime, rate: fields.fixed() });
  }
  return edits;
}

/** Ticks of media before the presentation begins: what the first edit leaves out, less what empty ones put in front of it. */
function mediaStart(edits: readonly EditFacts[], timescale: number, movieTimescale: number): number {
  let empty = 0;
  for (const { duration, mediaTime } of edits) {
    if (mediaTime >= 0) return mediaTime - Math.round((empty * timescale) / movieTimescale);
    empty += duration;
  }
  return 0;
}

/** Values of `kind` boxes in `udta` (ISO/IEC 14496-12, 8.10.4). */
function readRoles(trak: Box): string[] {
  const kinds =
    trak
      .child('udta')
      ?.children()
      .filter(({ type }) => type === 'kind') ?? [];
  return kinds.map((box) => {
    const { fields } = box.fullFields();
    return [fields.text(), fields.text()].filter((part) => part !== '').join(' ');
  });
}

function tableSamples(stbl: Box): number {
  const box = stbl.child('stsz') ?? stbl.child('stz2');
  return box ? box.fullFields().fields.skip(4).u32() : 0;
}
