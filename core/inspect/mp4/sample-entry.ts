import { copyBytes } from '../../base/bytes.ts';
import { DamageError } from '../model/damage-error.ts';
import type { Box } from './box.ts';
import { nclx } from './codec-string/av1.ts';
import { codecString } from './codec-string/codec-string.ts';
import { soundOf } from './codec-string/sound.ts';
import type { BitRateFacts, Mp4Entry } from './facts.ts';
import { readSchemeInformation } from './protection.ts';

/** Bytes of fields in front of the boxes of an entry (ISO/IEC 14496-12, 8.5.2, 12.1.3, 12.2.3). */
const PLAIN = 8;
const VISUAL = 78;
const AUDIO = 28;
/** More of them in sound descriptions of QuickTime, versions 1 and 2. */
const QUICKTIME: Readonly<Record<number, number>> = { 1: 16, 2: 36 };
/** TextSampleEntry of 3GPP TS 26.245. */
const TIMED_TEXT = 38;

/** Boxes that hold the configuration of a decoder. */
const CONFIGURATIONS = [
  ...['avcC', 'hvcC', 'vvcC', 'av1C', 'vpcC', 'esds', 'dac3', 'dec3', 'dac4', 'dOps', 'dfLa', 'mhaC', 'vttC'],
];

/** Of those that only Dolby Vision has: dvcC is for profiles up to 7, dvvC and dvwC for later ones. */
const DOLBY_VISION = ['dvcC', 'dvvC', 'dvwC'];

/** What surrounds an entry. */
export interface EntryPlace {
  /** `hdlr` of its track. */
  readonly handler: string;
  /** Of `stsd`: in version 1 sound descriptions of version 1 are those of ISO, not QuickTime's. */
  readonly descriptionVersion: number;
}

/** @throws DamageError */
export function readSampleEntry(box: Box, place: EntryPlace): Mp4Entry {
  const { skip, ...head } = readHead(box, place);
  const children = box.children(skip);
  const sinf = children.find(({ type }) => type === 'sinf');
  const scheme = sinf && readSchemeInformation(sinf);
  const format = scheme?.originalFormat ?? box.type;
  // QuickTime puts `esds` into `wave`.
  const inside = children.flatMap((child) =>
    child.type === 'wave' ? [child, ...child.children()] : [child],
  );
  const configBox = inside.find(({ type }) => CONFIGURATIONS.includes(type));
  const config = configBox ? payload(configBox) : new Uint8Array(0);
  const dolby = inside.find(({ type }) => DOLBY_VISION.includes(type));
  const colour = inside.find(({ type }) => type === 'colr');
  const points = nclx(colour && payload(colour));
  const sound = head.channels === undefined ? undefined : soundOf(format, config, head);
  return {
    ...box.place,
    ...head,
    ...sound,
    ...(points && { transfer: points.transfer }),
    format,
    codecs: codecString(format, {
      config,
      vision: dolby && payload(dolby),
      colour: colour && payload(colour),
    }),
    config,
    originalFormat: scheme?.originalFormat,
    schemeType: scheme?.schemeType,
    schemeVersion: scheme?.schemeVersion,
    tenc: scheme?.tenc,
    btrt: readBitRate(children),
    boxes: children.map((child) => child.place),
    text: configBox?.type === 'vttC' ? configBox.fields().text() : head.text,
    ...(scheme && { protection: scheme.tenc.protection }),
  };
}

/** The boxes in an entry. */
export const entryBoxes = (box: Box, place: EntryPlace): Box[] => box.children(readHead(box, place).skip);

interface Head {
  readonly skip: number;
  readonly text: string | undefined;
  readonly width?: number;
  readonly height?: number;
  readonly channels?: number;
  readonly sampleRate?: number;
}

function readHead(box: Box, { handler, descriptionVersion }: EntryPlace): Head {
  if (handler === 'vide' || handler === 'pict' || box.type === 'encv') {
    const fields = box.fields().skip(24);
    return { skip: VISUAL, text: undefined, width: fields.u16(), height: fields.u16() };
  }
  if (handler === 'soun' || box.type === 'enca') return readSoundHead(box, descriptionVersion);
  return { ...readTextHead(box) };
}

function readSoundHead(box: Box, descriptionVersion: number): Head {
  const fields = box.fields().skip(8);
  const version = descriptionVersion === 0 ? fields.u16() : fields.skip(2) && 0;
  const channels = fields.skip(6).u16();
  const sampleRate = Math.floor(fields.skip(6).u32() / 2 ** 16);
  const skip = AUDIO + (QUICKTIME[version] ?? 0);
  if (version !== 2) return { skip, text: undefined, channels, sampleRate };
  const rate = fields.view.getFloat64(fields.skip(4).rows(1, 8));
  return { skip, text: undefined, channels: fields.u32(), sampleRate: rate };
}

/** Text has fields by its format, which an encrypted entry says only in a box behind them: the one that leads to it is right. */
function readTextHead(box: Box): Head {
  const readers: Readonly<Record<string, () => Head>> = {
    stpp: () => readNamespaces(box),
    tx3g: () => ({ skip: TIMED_TEXT, text: undefined }),
    wvtt: () => ({ skip: PLAIN, text: undefined }),
  };
  if (box.type !== 'enct') return (readers[box.type] ?? (() => readUnknownHead(box)))();
  for (const read of Object.values(readers)) {
    const head = read();
    try {
      if (box.children(head.skip).some(({ type }) => type === 'sinf')) return head;
    } catch {
      // Those were no boxes: another format.
    }
  }
  throw box.damage('has an encrypted sample entry of text that does not say how');
}

/** Of metadata, and of what nobody here knows: fields of some length may stand before the boxes, or in place of any. */
function readUnknownHead(box: Box): Head {
  try {
    box.children(PLAIN);
    return { skip: PLAIN, text: undefined };
  } catch (cause) {
    if (!(cause instanceof DamageError)) throw cause;
    return { skip: box.end - box.body, text: undefined };
  }
}

/** XMLSubtitleSampleEntry: namespaces, schema locations, MIME types (ISO/IEC 14496-12, 12.6.3). */
function readNamespaces(box: Box): Head {
  const fields = box.fields().skip(PLAIN);
  const text = fields.text();
  fields.text();
  fields.text();
  return { skip: fields.at - box.body, text };
}

function readBitRate(children: readonly Box[]): BitRateFacts | undefined {
  const fields = children.find(({ type }) => type === 'btrt')?.fields();
  return fields && { bufferSize: fields.u32(), maximum: fields.u32(), average: fields.u32() };
}

const payload = (box: Box): Uint8Array => copyBytes(box.held.bytes, box.body, box.end);
