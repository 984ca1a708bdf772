import type { FindingPlace } from '../../findings/finding.ts';
import type { FindingCode } from '../../findings/kinds/index.ts';
import { finding } from '../../findings/make.ts';
import type { ListedPackage, ListedTag } from '../../model/listed-package.ts';
import type { Check } from '../check.ts';
import { FAIRPLAY_FORMAT } from '../keys/licence-data.ts';

/** Something that breaks a rule: where, and what completes `… <words>.` */
type Broken = readonly [words: string, place?: Partial<FindingPlace>];

/** A rule of the HLS Authoring Specification for Apple Devices that manifests alone can break. */
interface AppleRule {
  readonly code: FindingCode;
  broken(hls: HlsTags, listed: ListedPackage): Iterable<Broken>;
}

/** The tags of a multivariant playlist. */
class HlsTags {
  readonly tags: readonly ListedTag[];

  constructor({ playlists = [] }: ListedPackage) {
    this.tags = playlists.filter(({ isMultivariant }) => isMultivariant).flatMap(({ tags }) => tags);
  }

  named(name: string): ListedTag[] {
    return this.tags.filter((tag) => tag.name === name);
  }

  media(type: string, group?: string): ListedTag[] {
    return this.named('EXT-X-MEDIA').filter(
      ({ attributes }) =>
        attributes.get('TYPE') === type && (group === undefined || attributes.get('GROUP-ID') === group),
    );
  }

  get variants(): ListedTag[] {
    return this.named('EXT-X-STREAM-INF');
  }

  get pictures(): ListedTag[] {
    return this.variants.filter(({ attributes }) => VIDEO.test(attributes.get('CODECS') ?? ''));
  }
}

const VIDEO = /\b(avc\d|hvc1|hev1|dvh1|dvhe|av01|vp0?9)\b/;

const nameOf = ({ attributes, line }: ListedTag): string =>
  attributes.get('NAME') === undefined
    ? `a tag in line ${line}`
    : `"${attributes.get('NAME')}" in line ${line}`;

/** Those of a list that are not as they must be. */
const wrong = (
  tags: readonly ListedTag[],
  isRight: (attributes: ListedTag['attributes']) => boolean,
  words: string,
): Broken[] =>
  tags
    .filter(({ attributes }) => !isRight(attributes))
    .map((tag) => [`has ${nameOf(tag)}${/^wh/.test(words) ? ',' : ''} ${words}`] as const);

const has = (tag: ListedTag, name: string, value: string): boolean => tag.attributes.get(name) === value;

/** Of the multivariant playlist. */
const MULTIVARIANT_RULES: readonly AppleRule[] = [
  {
    code: 'APPLE_IFRAMES',
    broken: (hls) =>
      hls.pictures.length > 0 && hls.named('EXT-X-I-FRAME-STREAM-INF').length === 0
        ? [['has no I-frame playlist']]
        : [],
  },
  {
    code: 'APPLE_AVERAGE',
    broken: (hls) => wrong(hls.variants, (tag) => tag.has('AVERAGE-BANDWIDTH'), 'without AVERAGE-BANDWIDTH'),
  },
  {
    code: 'APPLE_RESOLUTION',
    broken: (hls) => wrong(hls.pictures, (tag) => tag.has('RESOLUTION'), 'without RESOLUTION'),
  },
  {
    code: 'APPLE_FRAME_RATE',
    broken: (hls) => wrong(hls.pictures, (tag) => tag.has('FRAME-RATE'), 'without FRAME-RATE'),
  },
  {
    code: 'APPLE_LANGUAGES',
    broken: (hls) =>
      wrong(
        hls.named('EXT-X-MEDIA').filter((tag) => !has(tag, 'TYPE', 'VIDEO')),
        (tag) => Boolean(tag.get('LANGUAGE')),
        'without LANGUAGE',
      ),
  },
  {
    code: 'APPLE_AUDIO_NAMES',
    broken: (hls) => {
      const groups = [...new Set(hls.media('AUDIO').map(({ attributes }) => attributes.get('GROUP-ID')))];
      const names = groups.map((group) =>
        hls
          .media('AUDIO', group)
          .map(({ attributes }) => attributes.get('NAME') ?? '')
          .sort()
          .join(', '),
      );
      const other = names.findIndex((list) => list !== names[0]);
      return other < 0
        ? []
        : [[`has the audio groups "${groups[0]}" and "${groups[other]}" with other names`]];
    },
  },
  {
    code: 'APPLE_STEREO_AAC',
    broken: (hls) => {
      const heard = hls.variants.filter(({ attributes }) =>
        /mp4a|ac-3|ec-3/.test(attributes.get('CODECS') ?? ''),
      );
      const isStereo = ({ attributes }: ListedTag): boolean => {
        const group = attributes.get('AUDIO');
        const members = group === undefined ? [] : hls.media('AUDIO', group);
        return (
          /\bmp4a\.40\.(2|5|29)\b/.test(attributes.get('CODECS') ?? '') &&
          (members.length === 0 ||
            members.some((one) => /^[12]$/.test(one.attributes.get('CHANNELS') ?? '2')))
        );
      };
      return heard.length > 0 && !heard.some(isStereo) ? [['has no variant with stereo in AAC']] : [];
    },
  },
  {
    code: 'APPLE_CHANNELS',
    broken: (hls) => wrong(hls.media('AUDIO'), (tag) => tag.has('CHANNELS'), 'without CHANNELS'),
  },
  {
    code: 'APPLE_DESCRIPTION',
    broken: (hls) =>
      wrong(
        hls
          .media('AUDIO')
          .filter(({ attributes }) => attributes.get('CHARACTERISTICS')?.includes('describes-video')),
        (tag) => tag.get('AUTOSELECT') === 'YES',
        'which describes the pictures and is not chosen by itself',
      ),
  },
  {
    code: 'APPLE_CAPTIONS',
    broken: (hls) =>
      wrong(
        hls.pictures,
        (tag) => {
          const group = tag.get('CLOSED-CAPTIONS');
          return group === 'NONE' || (group !== undefined && hls.media('CLOSED-CAPTIONS', group).length > 0);
        },
        'which does not say whether there are closed captions',
      ),
  },
  {
    code: 'APPLE_SDH',
    broken: (hls) =>
      wrong(
        hls
          .media('SUBTITLES')
          .filter(({ attributes }) =>
            /transcribes|describes-music/.test(attributes.get('CHARACTERISTICS') ?? ''),
          ),
        (tag) =>
          tag.get('AUTOSELECT') === 'YES' &&
          ['transcribes-spoken-dialog', 'describes-music-and-sound'].every((name) =>
            tag.get('CHARACTERISTICS')!.includes(name),
          ),
        'whose characteristics are not those of subtitles for the deaf',
      ),
  },
  {
    code: 'APPLE_FORCED',
    broken: (hls) =>
      wrong(
        hls.media('SUBTITLES').filter((tag) => has(tag, 'FORCED', 'YES')),
        (tag) => tag.get('AUTOSELECT') === 'YES',
        'which is forced and not chosen by itself',
      ),
  },
  {
    code: 'APPLE_SCORE',
    broken: (hls) => {
      const scored = hls.variants.filter(({ attributes }) => attributes.has('SCORE'));
      return scored.length === 0 ? [] : wrong(hls.variants, (tag) => tag.has('SCORE'), 'without SCORE');
    },
  },
  {
    code: 'APPLE_HDCP',
    broken: (hls) => {
      const said = [...hls.variants, ...hls.named('EXT-X-I-FRAME-STREAM-INF')];
      if (!said.some(({ attributes }) => attributes.has('HDCP-LEVEL'))) return [];
      return wrong(
        said.filter(({ attributes }) => attributes.has('RESOLUTION')),
        (tag) => {
          const height = Number(tag.get('RESOLUTION')!.split('x')[1]);
          const level = tag.get('HDCP-LEVEL') ?? 'NONE';
          return height > 1080 ? level === 'TYPE-1' : height > 576 ? level !== 'NONE' : true;
        },
        'whose HDCP-LEVEL is below what its size asks for',
      );
    },
  },
];

/** Of media playlists and their key lines. */
const MEDIA_RULES: readonly AppleRule[] = [
  {
    code: 'APPLE_TARGET_DURATIONS',
    *broken(_, { renditions }) {
      const timed = renditions.filter(({ kind }) => kind === 'video' || kind === 'audio');
      const common = usual(timed.map(({ targetDuration = 0 }) => targetDuration));
      for (const { targetDuration, id } of timed)
        if (targetDuration !== common)
          yield [
            `has the target duration ${targetDuration}, and others have ${common}`,
            { file: id, rendition: id },
          ];
    },
  },
  {
    code: 'APPLE_LENGTHS',
    *broken(_, { renditions }) {
      const lengths = renditions
        .filter(({ kind }) => kind === 'video' || kind === 'audio' || kind === 'text')
        .map(({ id, segments }) => ({
          id,
          lasts: segments.reduce((sum, { duration }) => sum + duration, 0),
        }));
      const common = usual(lengths.map(({ lasts }) => lasts));
      for (const { id, lasts } of lengths)
        if (Math.abs(common - lasts) > 0.5)
          yield [
            `lasts ${lasts.toFixed(1)} s, and others ${common.toFixed(1)} s`,
            { file: id, rendition: id },
          ];
    },
  },
  keyRule(
    'APPLE_KEY_METHOD',
    'is of FairPlay with another method than SAMPLE-AES',
    ({ keyFormat, method }) => keyFormat !== FAIRPLAY_FORMAT || method === 'SAMPLE-AES',
  ),
  keyRule(
    'APPLE_KEY_IV',
    'is of FairPlay and has an IV',
    ({ keyFormat, iv }) => keyFormat !== FAIRPLAY_FORMAT || !iv,
  ),
  keyRule(
    'APPLE_KEY_FORMAT',
    'is of SAMPLE-AES without KEYFORMATVERSIONS',
    ({ method, keyFormat, keyFormatVersions }) =>
      method !== 'SAMPLE-AES' || keyFormat === 'identity' || keyFormatVersions !== undefined,
  ),
  {
    code: 'APPLE_KEY_FORMATS',
    *broken(_, { renditions }) {
      for (const { id, segments } of renditions) {
        const sets = segments
          .filter(({ keys }) => keys.length > 0)
          .map(({ keys, start }) => ({
            start,
            formats: keys
              .map(({ keyFormat }) => keyFormat)
              .sort()
              .join(', '),
          }));
        const other = sets.find(({ formats }) => formats !== sets[0]!.formats);
        if (other)
          yield [
            `has other KEYFORMATs from ${other.start.toFixed(3)} s on`,
            { file: id, rendition: id, time: other.start },
          ];
      }
    },
  },
];

/** The one that most of them have, or the middle of them. */
const usual = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0;

type Key = ListedPackage['sessionKeys'][number];

/** The first key line of a playlist that is not right. */
function keyRule(code: FindingCode, words: string, isRight: (key: Key) => boolean): AppleRule {
  return {
    code,
    *broken(_, { renditions }) {
      for (const { id, segments } of renditions) {
        const at = segments.find(({ keys }) => !keys.every(isRight));
        if (at) yield [`has a key line that ${words}`, { file: id, rendition: id, time: at.start }];
      }
    },
  };
}

export const checkAppleRules: Check = function* ({ packages }) {
  for (const listed of packages) {
    if (listed.kind !== 'hls') continue;
    const hls = new HlsTags(listed);
    const rules = hls.tags.length > 0 ? [...MULTIVARIANT_RULES, ...MEDIA_RULES] : [];
    for (const { code, broken } of rules)
      for (const [words, place] of broken(hls, listed)) {
        const file = place?.file ?? listed.manifest;
        yield finding(code, { ...place, file }, `${file} ${words}.`);
      }
  }
};
