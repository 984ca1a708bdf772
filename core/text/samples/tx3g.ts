import { payloadOf } from '../../base/box-walk.ts';
import { viewOf } from '../../base/bytes.ts';
import type { TextDocument } from '../cue.ts';
import { ColourClasses } from '../webvtt/colours.ts';
import { CueTextWriter } from '../webvtt/cue-text.ts';
import { type Place, placeSettings } from '../webvtt/places.ts';
import { PieceJoiner, SampleReader, type StoredTextSample } from './stored-sample.ts';
import { hasForcedTx3g } from './tx3g-flags.ts';

/** How text looks: a StyleRecord (3GPP TS 26.245, 5.16), as far as cues can say it. */
interface CharacterStyle {
  /** 1 bold, 2 italic, 4 underline. */
  readonly face: number;
  /** `#rrggbb`, or with two more digits where it is not opaque. */
  readonly colour: string;
}

interface StyledRange extends CharacterStyle {
  readonly font: number;
  readonly size: number;
  readonly start: number;
  readonly end: number;
}

const RECORD = 12;
const WHITE = '#ffffff';
/** Bytes of TextSampleEntry up to its default style: reference, flags, justification, colour behind, box. */
const BEFORE_STYLE = 8 + 4 + 2 + 4 + 8;

/**
 * The document that samples of `tx3g` hold (3GPP TS 26.245, 5.17).
 * @param entry payload of the sample entry, from its reserved bytes on
 */
export function cuesOfTx3g(
  samples: readonly StoredTextSample[],
  entry: Uint8Array,
  name: string,
): TextDocument {
  const colours = new ColourClasses();
  const joiner = new PieceJoiner();
  const reader = new SampleReader();
  const style = entry.length < BEFORE_STYLE + RECORD ? PLAIN : readRecord(viewOf(entry), BEFORE_STYLE);
  const settings = entry.length < BEFORE_STYLE ? undefined : placeSettings(placeOf(viewOf(entry)));
  const lost = new Set(entry.length < BEFORE_STYLE ? [] : entryLosses(viewOf(entry)));
  if (hasForcedTx3g(entry)) lost.add('which single texts are forced');
  for (const { start, end, data } of samples) {
    const payload = data.length < 2 ? '' : cueText({ data, start }, style, colours, reader, lost);
    if (payload !== '') joiner.add({ start, end, payload, ...(settings !== undefined && { settings }) });
  }
  const { cues, notices } = joiner.finish(name);
  const told = [...reader.notices(), ...notices];
  return { format: 'tx3g', cues, styles: colours.styles(), regions: [], notices: told, lost: [...lost] };
}

const PLAIN: StyledRange = { start: 0, end: 0, font: 0, size: 0, face: 0, colour: WHITE };

/** What samples and their entry may say, and cues cannot (3GPP TS 26.245, 5.17.1). */
const LOST_BOXES: Readonly<Record<string, string>> = {
  blnk: 'blinking',
  hlit: 'highlights',
  krok: 'karaoke',
  tbox: 'places of single texts (tbox)',
};
/** displayFlags (3GPP TS 26.245, 5.16). */
const LOST_FLAGS: readonly (readonly [flag: number, what: string])[] = [
  [0x60, 'scrolling'],
  [0x2_0000, 'vertical text'],
];

/** What of the sample entry is lost. Players of cues put something dark behind them, too. */
function entryLosses(entry: DataView): string[] {
  const flags = entry.getUint32(8);
  const behind = entry.getUint32(14);
  return [
    ...LOST_FLAGS.filter(([flag]) => (flags & flag) !== 0).map(([, what]) => what),
    ...((behind & 0xff) === 0 || behind >>> 8 === 0 ? [] : ['colours behind texts']),
  ];
}

function placeOf(entry: DataView): Place {
  const [horizontal, vertical] = [entry.getInt8(12), entry.getInt8(13)];
  return {
    horizontal: horizontal === 0 ? 'left' : horizontal === 1 ? 'center' : 'right',
    vertical: vertical === 0 ? 'top' : vertical === 1 ? 'middle' : 'bottom',
  };
}

function readRecord(view: DataView, at: number): StyledRange {
  const colour = view
    .getUint32(at + 8)
    .toString(16)
    .padStart(8, '0');
  return {
    start: view.getUint16(at),
    end: view.getUint16(at + 2),
    font: view.getUint16(at + 4),
    size: view.getUint8(at + 7),
    face: view.getUint8(at + 6) & 7,
    colour: `#${colour.endsWith('ff') ? colour.slice(0, 6) : colour}`,
  };
}

function cueText(
  { data, start }: Pick<StoredTextSample, 'data' | 'start'>,
  plain: StyledRange,
  colours: ColourClasses,
  reader: SampleReader,
  lost: Set<string>,
): string {
  const end = Math.min(data.length, 2 + viewOf(data).getUint16(0));
  const text = decoded(data.subarray(2, end), start, reader);
  const boxes = reader.boxes(data, end, data.length, start);
  const ranges = boxes
    .filter(({ type }) => type === 'styl')
    .flatMap((box) => styleRecords(payloadOf(data, box)))
    .sort((a, b) => a.start - b.start);
  if (text.trim() !== '') {
    for (const { type } of boxes) if (Object.hasOwn(LOST_BOXES, type)) lost.add(LOST_BOXES[type]!);
    for (const { font, size } of ranges) {
      if (font !== plain.font) lost.add('fonts within a text');
      if (size !== plain.size) lost.add('font sizes within a text');
    }
  }
  // Records count characters, not the halves that JavaScript has of some; both of CR LF are counted, and are one line feed.
  const characters = [...text].map((character, index, all) => {
    if (character !== '\r') return character;
    return all[index + 1] === '\n' ? '' : '\n';
  });
  const writer = new CueTextWriter();
  let at = 0;
  const write = (end: number, style: CharacterStyle): void => {
    const until = Math.min(end, characters.length);
    if (until <= at) return;
    const tags = tagsOf(style, colours);
    for (const tag of tags) writer.open(tag, tag);
    writer.text(characters.slice(at, until).join(''));
    for (const tag of tags.toReversed()) writer.close(tag);
    at = until;
  };
  for (const range of ranges) {
    write(range.start, plain);
    write(range.end, range);
  }
  write(characters.length, plain);
  return writer.end();
}

function styleRecords(payload: Uint8Array): StyledRange[] {
  if (payload.length < 2) return [];
  const view = viewOf(payload);
  const count = Math.min(view.getUint16(0), Math.floor((payload.length - 2) / RECORD));
  return Array.from({ length: count }, (_, index) => readRecord(view, 2 + index * RECORD));
}

function tagsOf({ face, colour }: CharacterStyle, colours: ColourClasses): string[] {
  return [
    ...(colour === WHITE ? [] : [`c.${colours.classOf(colour)}`]),
    ...((face & 1) !== 0 ? ['b'] : []),
    ...((face & 2) !== 0 ? ['i'] : []),
    ...((face & 4) !== 0 ? ['u'] : []),
  ];
}

/** UTF-8, or UTF-16 with a byte order mark (3GPP TS 26.245, 5.2). */
function decoded(bytes: Uint8Array, start: number, reader: SampleReader): string {
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  return reader.text(bytes, start, isBig ? 'utf-16be' : isLittle ? 'utf-16le' : 'utf-8');
}
