import type {
  EntryDescription,
  Mp4Description,
  Mp4TrackDescription,
  ProtectionDescription,
  PsshDescription,
} from '../inspect/describe/description.ts';
import { bytes, count, duration, type Paint, printableName } from './format.ts';
import { bitRate, clock, keyId } from './inspect-figures.ts';

/** What is shown of a list; all of it is in `--json`. */
const MOST = { periods: 12, events: 5, faults: 5, edits: 4 };

/** What a file of MP4 is. */
export function mp4Lines(mp4: Mp4Description, paint: Paint): string[] {
  const { tracks, pssh, indexes, events, faults } = mp4;
  return [
    formLine(mp4),
    ...brandLines(mp4),
    ...tracks.flatMap((track) => trackLines(track, paint)),
    ...(mp4.fragments?.tracks ?? []).map(({ id, samples, decodeTime, encrypted }) => {
      const start = decodeTime === undefined ? '' : ` from tick ${decodeTime}`;
      return `track ${id}: ${count(samples, 'sample')}${start}${encrypted ? ', encrypted' : ''}`;
    }),
    ...pssh.flatMap(psshLines),
    ...indexes.map(({ segments, duration: seconds, longest, accessPoints }) => {
      const points = accessPoints === segments ? 'all' : String(accessPoints);
      return `index (sidx): ${count(segments, 'segment')}, ${duration(seconds)}, the longest ${duration(longest)}, ${points} with access points`;
    }),
    ...eventLines(events),
    ...faults.slice(0, MOST.faults).map(({ message }) => paint.notice(printableName(message))),
  ];
}

function formLine({
  boxes,
  isFragmented,
  isMovieLast,
  fragments,
  duration: seconds,
}: Mp4Description): string {
  const lasts = seconds > 0 ? `, ${duration(seconds)}` : '';
  const of = fragments && `${count(fragments.count, 'fragment')}${fragmentTimes(fragments)}`;
  if (isFragmented === undefined && boxes.some(({ type }) => type === 'moov'))
    return 'MP4, whose movie (moov) cannot be read';
  if (isFragmented === undefined) return of ? `a media segment of MP4: ${of}` : 'MP4 without a movie (moov)';
  if (!isFragmented)
    return `MP4, progressive${isMovieLast ? ', moov behind the media' : ', moov first'}${lasts}`;
  return of ? `MP4, fragmented${lasts}: ${of}` : 'MP4, an init segment';
}

const fragmentTimes = ({ shortest, longest }: NonNullable<Mp4Description['fragments']>): string =>
  shortest === undefined || longest === undefined
    ? ''
    : ` of ${shortest === longest ? '' : `${seconds(shortest)} to `}${seconds(longest)}`;

const seconds = (value: number): string => `${Number(value.toFixed(3))} s`;

function brandLines({ brands }: Mp4Description): string[] {
  return brands.map(({ type, major, compatible }) => {
    const others = [...new Set(compatible)].filter((brand) => brand !== major);
    const name = type === 'ftyp' ? 'brand' : 'brand of segments';
    return printableName(
      `${name} ${major}${others.length > 0 ? `, compatible with ${others.join(' ')}` : ''}`,
    );
  });
}

function trackLines(track: Mp4TrackDescription, paint: Paint): string[] {
  const {
    id,
    kind,
    language,
    roles,
    entries,
    samples,
    bytes: size,
    duration: lasts,
    keyFrames,
    protection,
  } = track;
  const facts = [...(language === undefined ? [] : [language]), ...roles].map(printableName);
  const rate = lasts > 0 ? samples / lasts : 0;
  const sums = [
    count(samples, 'sample'),
    bytes(size),
    duration(lasts),
    bitRate(track.bitRate),
    ...(kind === 'video' && rate > 0 ? [`${Number(rate.toFixed(3))} fps`] : []),
  ];
  return [
    paint.strong(
      `track ${id}: ${[kind === 'other' ? track.handler : kind, ...facts].map(printableName).join(', ')}`,
    ),
    ...entries.map((entry) => `  ${entryWords(entry, entries.length > 1)}`),
    ...(samples > 0 ? [`  ${sums.join(', ')}`] : []),
    ...(keyFrames ? [`  ${keyFrameWords(keyFrames)}`] : []),
    ...(protection ? protectionLines(protection, track) : []),
    ...editLines(track),
  ];
}

function entryWords(
  { format, codecs, width, height, channels, sampleRate, samples, encryption }: EntryDescription,
  isOne: boolean,
): string {
  return printableName(
    [
      codecs ?? format,
      ...(width === undefined ? [] : [`${width}x${height}`]),
      ...(channels === undefined ? [] : [count(channels, 'channel')]),
      ...(sampleRate === undefined ? [] : [`${sampleRate} Hz`]),
      ...(isOne ? [count(samples, 'sample')] : []),
      ...(encryption
        ? [
            `encrypted: ${encryption.scheme}`,
            ...(encryption.pattern ? [`pattern ${encryption.pattern.join(':')}`] : []),
            encryption.ivBytes === 0 ? 'constant IV' : `IV of ${encryption.ivBytes} bytes`,
            ...(encryption.kid === undefined ? [] : [`key ${keyId(encryption.kid)}`]),
          ]
        : ['clear']),
    ].join(', '),
  );
}

const keyFrameWords = ({
  count: frames,
  shortest,
  longest,
}: NonNullable<Mp4TrackDescription['keyFrames']>): string =>
  frames < 2
    ? 'one key frame'
    : `${frames} key frames, ${shortest === longest ? '' : `${seconds(shortest)} to `}${seconds(longest)} apart`;

function protectionLines(
  protection: ProtectionDescription,
  { bytes: all, samples: of }: Mp4TrackDescription,
): string[] {
  const { samples, bytes: encrypted, clearLead, hasSubsamples, periods, morePeriods = 0 } = protection;
  const share = all > 0 ? (100 * encrypted) / all : 0;
  const lines = [
    `  ${share.toFixed(1)} % of its bytes go through the cipher${hasSubsamples ? ', by subsamples' : ''}; ${samples} of ${count(of, 'sample')}`,
    ...(clearLead > 0 ? [`  clear until ${clock(clearLead)}`] : []),
  ];
  if (periods.length + morePeriods < 2) return lines;
  const more = periods.length - MOST.periods + morePeriods;
  return [
    ...lines,
    ...periods
      .slice(0, MOST.periods)
      .map(
        ({ start, samples: in_, kid }) =>
          `    from ${clock(start)}: ${kid === undefined ? 'clear' : `key ${keyId(kid)}`}, ${count(in_, 'sample')}`,
      ),
    ...(more > 0 ? [`    and ${count(more, 'more period')}`] : []),
  ];
}

function editLines({ edits, mediaStart }: Mp4TrackDescription): string[] {
  if (edits.length === 0 || (edits.length === 1 && mediaStart === 0)) return [];
  if (edits.length > MOST.edits) return [`  edit list of ${edits.length} edits`];
  const where = mediaStart < 0 ? `${seconds(-mediaStart)} late` : `${seconds(mediaStart)} into its media`;
  return [`  edit list: it begins ${where}${edits.length > 1 ? `, ${edits.length} edits` : ''}`];
}

function psshLines({
  system,
  systemId,
  version,
  kids,
  count: places,
  facts,
  faults,
  offset,
}: PsshDescription): string[] {
  const where = places > 1 ? `in ${places} places, first at byte ${offset}` : `at byte ${offset}`;
  return [
    `pssh of ${printableName(system ?? systemId)}, version ${version}, ${where}`,
    ...kids.map((kid) => `  key ${keyId(kid)}`),
    ...facts.map(([name, value]) => `  ${name}: ${printableName(value)}`),
    ...faults.map((fault) => `  it ${printableName(fault)}`),
  ];
}

function eventLines({ count: all, first }: Mp4Description['events']): string[] {
  if (all === 0) return [];
  return [
    `${count(all, 'event message')} (emsg)`,
    ...first
      .slice(0, MOST.events)
      .map(({ scheme, value, time, id }) =>
        printableName(`  ${clock(time)}  ${scheme}${value === '' ? '' : ` ${value}`}, id ${id}`),
      ),
    ...(all > MOST.events ? [`  and ${all - MOST.events} more`] : []),
  ];
}
