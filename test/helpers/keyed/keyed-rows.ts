import type { Codec, RowStream } from '../matrix/row.ts';
import { KEYED_LIMITS, type KeyedCodec, type KeyedSound, keyedMedia } from '../media/keyed-media.ts';
import type { KeyedTitle } from './keyed-title.ts';

const CODECS: Readonly<Record<KeyedSound['encoder'], Codec>> = {
  aac: 'aac',
  ac3: 'ac-3',
  eac3: 'ec-3',
  libopus: 'opus',
  flac: 'flac',
};

/** The media of a title, and how outputs name its streams. */
export function mediaOf(codec: KeyedCodec, sounds: readonly KeyedSound[], count = 1) {
  const videos = Array.from({ length: count }, (_, input): RowStream => {
    return { kind: 'video', codec, input, from: 'v:0', unit: `video-${input + 1}` };
  });
  const audio = sounds.map(({ encoder, language }, index): RowStream => {
    return { kind: 'audio', codec: CODECS[encoder], from: `a:${index}`, unit: `audio-${language}` };
  });
  return { streams: [...videos, ...audio], inputs: () => keyedMedia(codec, sounds, count) };
}

/** Labels of pictures, from small to large. */
const QUALITIES = ['SD', 'HD', 'UHD1', 'UHD2'] as const;

const ofOne = (): string => 'ALL';
const ofKind = ({ kind }: RowStream): string => (kind === 'video' ? 'VIDEO' : 'AUDIO');
const ofQuality = ({ kind, input = 0 }: RowStream): string =>
  kind === 'video' ? QUALITIES[input]! : 'AUDIO';

/** Two languages in two codecs, which every mode carries. */
const SOUNDS: readonly KeyedSound[] = [
  { encoder: 'aac', language: 'eng' },
  { encoder: 'eac3', language: 'kor' },
];

/** Periods that are no whole number of segments: three, two, three, two, and one in the last. */
const FIVE_PERIODS = { keyRotation: 1.25 };
const CLEAR_LEAD = { clearLead: 0.9 };
const EVERYTHING = { keys: KEYED_LIMITS, ...FIVE_PERIODS, clearLead: 1.9 };

function everything(
  codec: KeyedCodec,
  sounds: readonly KeyedSound[],
  renditions: 2 | 4,
): Omit<KeyedTitle, 'group'> {
  const codecs = [codec, ...sounds.map(({ encoder }) => CODECS[encoder])].join(', ');
  return {
    name: `all-at-once-${codec}`,
    describe: `${renditions + 1} labels, keys that change, a clear lead: ${codecs}`,
    options: EVERYTHING,
    labelOf: ofQuality,
    ...mediaOf(codec, sounds, renditions),
  };
}

const TITLES: readonly Omit<KeyedTitle, 'group'>[] = [
  {
    name: 'two-labels',
    describe: 'a key for pictures, another for sound',
    options: { keys: 'audio-video' },
    labelOf: ofKind,
    ...mediaOf('avc', SOUNDS, 2),
  },
  {
    name: 'five-labels',
    describe: 'keys by quality: four of pictures, one of sound',
    options: { keys: KEYED_LIMITS },
    labelOf: ofQuality,
    ...mediaOf('avc', SOUNDS, 4),
  },
  {
    name: 'two-periods',
    describe: 'keys change once',
    options: { keyRotation: 3 },
    labelOf: ofOne,
    ...mediaOf('avc', SOUNDS),
  },
  {
    name: 'five-periods',
    describe: 'keys change four times, not with a whole number of segments; one segment in the last period',
    options: FIVE_PERIODS,
    labelOf: ofOne,
    ...mediaOf('avc', SOUNDS),
  },
  {
    name: 'clear-lead',
    describe: 'the first segments clear',
    options: CLEAR_LEAD,
    labelOf: ofOne,
    ...mediaOf('avc', SOUNDS),
  },
  {
    name: 'periods-behind-clear-lead',
    describe: 'keys that change behind a clear lead that ends in the second period',
    options: { ...FIVE_PERIODS, clearLead: 1.9 },
    labelOf: ofOne,
    ...mediaOf('avc', SOUNDS),
  },
  everything('avc', SOUNDS, 4),
  everything('hevc', [{ encoder: 'ac3', language: 'und' }], 2),
  everything('av1', [{ encoder: 'libopus', language: 'und' }], 2),
  everything('vp9', [{ encoder: 'flac', language: 'und' }], 2),
];

/** Titles with several keys, keys that change and clear segments. */
export const KEYED_ROWS: readonly KeyedTitle[] = TITLES.map((title) => ({ ...title, group: 'Several keys' }));
