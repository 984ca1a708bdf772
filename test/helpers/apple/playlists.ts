import { readFileSync } from 'node:fs';
import {
  type AppleOutput,
  type AppleVariant,
  filesOf,
  lengthOf,
  renditionsOf,
  tagsOf,
  variantsOf,
} from './output.ts';
import { type AppleRule, inWords, pictures, timedPaths, wrong } from './rule.ts';

/** Encoders' rates are not held to the byte. */
const TOLERANCE = 0.1;

/** What a client takes that plays a variant with the dearest of everything beside it. */
function playable(output: AppleOutput, { attributes, uri }: AppleVariant, of: 'average' | 'peak'): number {
  const most = (type: string) => {
    const group = attributes[type];
    const paths = group === undefined ? [] : renditionsOf(output, type, group).map(({ URI }) => URI);
    return Math.max(0, ...paths.map((path) => (path === undefined ? 0 : output.measured.get(path)![of])));
  };
  return output.measured.get(uri)![of] + most('AUDIO') + most('SUBTITLES');
}

/** The first boxes of each entry of an I-frame playlist. */
function iframeBoxes(output: AppleOutput, path: string, text: string): string[] {
  const [file] = filesOf(output, path, text);
  const bytes = readFileSync(file!);
  return [...text.matchAll(/^#EXT-X-BYTERANGE:\d+@(\d+)$/gm)].map(([, offset]) =>
    bytes.toString('latin1', Number(offset) + 4, Number(offset) + 8),
  );
}

/** Ranges that go with a brand of SUPPLEMENTAL-CODECS. */
const RANGE_OF_BRAND: Readonly<Record<string, string>> = {
  db1p: 'PQ',
  db2g: 'SDR',
  db4g: 'HLG',
  db4h: 'HLG',
  cdm4: 'PQ',
};

/** Of rates, durations, I-frames and colours. */
export const PLAYLIST_RULES: readonly AppleRule[] = [
  {
    clause: '1.26',
    what: 'AVERAGE-BANDWIDTH is within 10 % of what is measured',
    faults: (output) =>
      wrong(
        variantsOf(output),
        (variant) => {
          const ratio =
            Number(variant.attributes['AVERAGE-BANDWIDTH']) / playable(output, variant, 'average');
          return Math.abs(ratio - 1) <= TOLERANCE;
        },
        ({ uri }) => uri,
      ),
    breaks: ['master', /AVERAGE-BANDWIDTH=(\d+)/, 'AVERAGE-BANDWIDTH=1$1'],
  },
  {
    clause: '9.13',
    what: 'BANDWIDTH is the largest playable sum, and within 10 % of it (1.27)',
    faults: (output) =>
      wrong(
        variantsOf(output),
        (variant) => {
          const ratio = Number(variant.attributes['BANDWIDTH']) / playable(output, variant, 'peak');
          return ratio > 1 - 1e-5 && ratio <= 1 + TOLERANCE;
        },
        ({ uri }) => uri,
      ),
    breaks: ['master', /:BANDWIDTH=\d/, ':BANDWIDTH='],
  },
  {
    clause: '6.1, 6.16',
    what: 'there are I-frames of all pictures, in each dynamic range',
    faults: (output) => {
      const iframes = tagsOf(output.master, 'EXT-X-I-FRAME-STREAM-INF');
      return wrong(
        pictures(output),
        ({ attributes }) =>
          iframes.some((one) =>
            ['RESOLUTION', 'VIDEO-RANGE'].every((name) => one[name] === attributes[name]),
          ),
        ({ uri }) => uri,
      );
    },
    breaks: ['master', /#EXT-X-I-FRAME-STREAM-INF[^\n]*\n/, ''],
  },
  {
    clause: '6.10',
    what: 'I-frames in fragmented MP4 begin with their "moof"',
    faults: (output) => {
      const mapped = [...output.playlists].filter(
        ([, text]) => text.includes('#EXT-X-I-FRAMES-ONLY') && /^[^#].*\.mp4$/m.test(text),
      );
      return wrong(
        mapped.flatMap(([path, text]) => iframeBoxes(output, path, text)),
        (type) => type === 'moof',
        (type) => `"${type}"`,
      );
    },
    breaks: [/^video-.*iframe/, /(#EXT-X-BYTERANGE:\d+@)(\d+)/, '$11$2'],
  },
  {
    clause: '8.2',
    what: 'all media playlists have one target duration',
    faults: (output) => {
      const targets = [...output.playlists.values()].map((text) => /TARGETDURATION:(\d+)/.exec(text)?.[1]);
      return targets.filter((target) => target !== targets[0]).map(String);
    },
    breaks: [/^(video|media)-1.stream/, /TARGETDURATION:/, 'TARGETDURATION:1'],
  },
  {
    clause: '8.3, 8.7',
    what: 'sound and pictures of all renditions last the same time',
    faults: (output) => {
      const lengths = timedPaths(output).map(
        (path) => [path, lengthOf(output.playlists.get(path)!)] as const,
      );
      // Frames of sound, and their priming, are not pictures.
      return lengths
        .filter(([, length]) => Math.abs(length - lengths[0]![1]) > 0.2)
        .map(([path, length]) => `${path} has ${length} s, others ${lengths[0]![1]} s`);
    },
    breaks: [/^(video|media)-1.stream/, /#EXTINF:/, '#EXTINF:1'],
  },
  {
    clause: '8.19',
    what: 'advertisements are date ranges in all playlists of sound and pictures, on a clock that these have',
    faults: (output) => {
      const textOf = (path: string) => output.playlists.get(path)!;
      const paths = timedPaths(output).filter((path) => !textOf(path).includes('#EXT-X-I-FRAMES-ONLY'));
      if (!paths.some((path) => textOf(path).includes('#EXT-X-DATERANGE'))) return undefined;
      return wrong(
        paths,
        (path) => {
          const text = output.playlists.get(path)!;
          return (
            text.includes('#EXT-X-PROGRAM-DATE-TIME:') &&
            tagsOf(text, 'EXT-X-DATERANGE').some((tag) => tag['SCTE35-OUT'] !== undefined)
          );
        },
        (path) => path,
      );
    },
    breaks: [/stream/, /SCTE35-OUT=/, 'X-OUT='],
  },
  {
    clause: '9.19',
    what: 'SCORE is on all variants or on none',
    faults: (output) => {
      const scored = variantsOf(output).filter(({ attributes }) => attributes['SCORE'] !== undefined);
      return scored.length === 0
        ? undefined
        : wrong(
            variantsOf(output),
            (one) => one.attributes['SCORE'] !== undefined,
            ({ uri }) => uri,
          );
    },
    breaks: ['master', /,SCORE=[\d.]+/, ''],
  },
  {
    clause: 'HDR',
    what: 'VIDEO-RANGE and SUPPLEMENTAL-CODECS agree',
    faults: (output) => {
      const both = [
        ...tagsOf(output.master, 'EXT-X-STREAM-INF'),
        ...tagsOf(output.master, 'EXT-X-I-FRAME-STREAM-INF'),
      ];
      return wrong(
        both.filter((tag) => tag['SUPPLEMENTAL-CODECS'] !== undefined),
        (tag) =>
          tag['SUPPLEMENTAL-CODECS']!.split(',').every(
            (one) => RANGE_OF_BRAND[one.split('/')[1] ?? ''] === tag['VIDEO-RANGE'],
          ),
        inWords,
      );
    },
    breaks: ['master', /VIDEO-RANGE=PQ/, 'VIDEO-RANGE=SDR'],
  },
];
