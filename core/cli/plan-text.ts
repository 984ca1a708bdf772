import type { PlannedAudio, PlannedInput, PlannedTrack, PlannedVideo } from '../engine/plan-inputs.ts';
import type { PlannedMode, TitlePlan } from '../engine/plan-title.ts';
import type { PlannedKey } from '../engine/planned-keys.ts';
import { bytes, count, duration, printable, printableName } from './format.ts';

type Row = readonly [text: string, bytes: number];

/** A plan for people. @param number of the title, where there are several */
export function planText(plan: TitlePlan, number?: number): string {
  const { contentId, output, modes, warnings } = plan;
  const name = number === undefined ? 'Title' : `Title ${number}`;
  const length =
    plan.segments > 0 ? `, ${duration(plan.duration)} in ${count(plan.segments, 'segment')}` : '';
  const files = modes.flatMap(({ units, thumbnails = [], manifests }) => [
    ...units.flatMap((unit) => unit.files),
    ...thumbnails,
    ...manifests,
  ]);
  return [
    `${name} ${printableName(contentId)}${length}, into ${printableName(output)}`,
    ...plan.inputs.flatMap(inputLines),
    ...captionLines(plan),
    ...markerLines(plan),
    ...thumbnailLines(plan),
    ...detailLines(plan),
    ...modes.flatMap((mode) => modeLines(mode, plan)),
    ...targetLines(plan),
    '',
    `${bytes(plan.bytes)} in ${count(files.length, 'file')}; nothing was written`,
    ...warnings.map((warning) => `warning: ${printable(warning)}`),
    '',
    '',
  ].join('\n');
}

const targetLines = ({ targets = [] }: TitlePlan): string[] =>
  targets.length === 0
    ? []
    : [
        '',
        ...targets.map(({ target, modes }) => `target ${printableName(target)} plays ${modes.join(', ')}`),
      ];

const captionLines = ({ captions = [] }: TitlePlan): string[] =>
  captions.length === 0
    ? []
    : [
        '',
        `closed captions  ${captions.map(({ channel, language }) => `${channel} (${printableName(language)})`).join(', ')}`,
      ];

/** More markers than anybody reads are counted. */
const MOST_MARKERS = 20;

function markerLines({ markers = [] }: TitlePlan): string[] {
  if (markers.length === 0) return [];
  const lines = markers.slice(0, MOST_MARKERS).map(({ kind, id, start, duration: length, title }) => {
    const facts = [`${start.toFixed(3)} s`, kind, printableName(title ?? id)];
    return `marker  ${[...facts, ...(length === undefined ? [] : [duration(length)])].join('  ')}`;
  });
  const more = markers.length - lines.length;
  return ['', ...lines, ...(more > 0 ? [`and ${count(more, 'more marker')}`] : [])];
}

const thumbnailLines = ({ thumbnails = [] }: TitlePlan): string[] =>
  thumbnails.length === 0
    ? []
    : [
        '',
        ...thumbnails.map(({ format, width, height, columns, rows, interval, images }) => {
          const grid = columns * rows > 1 ? ` of ${columns} x ${rows}` : '';
          const size = `${width / columns}x${height / rows}`;
          return `thumbnails  ${format}  ${size}  every ${interval} s  in ${count(images, 'image')}${grid}`;
        }),
      ];

/** What manifests say of the title as a whole. */
function detailLines({ details }: TitlePlan): string[] {
  if (!details) return [];
  const { information = [], sessionData = [], start, baseUrls = [], steering } = details;
  const spoken = (language: string | undefined) => (language === undefined ? '' : ` (${language})`);
  return [
    '',
    ...information.flatMap(({ title, language }) =>
      title === undefined ? [] : `title  ${printableName(title)}${spoken(language)}`,
    ),
    ...sessionData.map(({ id, language }) => `session data  ${id}${spoken(language)}`),
    ...(start
      ? [`start  ${start.offset.toFixed(3)} s${start.precise ? ', nothing before it is shown' : ''}`]
      : []),
    ...baseUrls.map(({ url, id }) => `base URL  ${id === undefined ? '' : `${id}  `}${printableName(url)}`),
    ...(steering
      ? [
          `steered by  ${printableName(steering.server)}${steering.first === undefined ? '' : `, from ${steering.first}`}`,
        ]
      : []),
  ];
}

const inputLines = ({ path, bytes: size, tracks }: PlannedInput): string[] => [
  '',
  `${printableName(path)}  ${bytes(size)}`,
  ...tracks.map((track) => `  ${trackLine(track)}`),
];

function trackLine(track: PlannedTrack): string {
  const { id, kind, leftOut } = track;
  const facts = [`${kind} ${id}`, ...trackFacts(track), ...useFacts(track)];
  return `${facts.join('  ')}${leftOut === undefined ? '' : `  left out: ${leftOut}`}`;
}

/** What a user chooses it by: `"Director"  commentary`. */
function useFacts({ label, roles = [], isDefault, isForced }: PlannedTrack): string[] {
  return [
    ...(label === undefined ? [] : [`"${printable(label)}"`]),
    ...roles.map(printable),
    ...(isDefault ? ['default'] : []),
    ...(isForced ? ['forced'] : []),
  ];
}

function trackFacts(track: PlannedTrack): string[] {
  const { language } = track;
  switch (track.kind) {
    case 'video': {
      const { width, height, frameRate } = track.video;
      const rate = Number((frameRate.num / frameRate.den).toFixed(3));
      const score = track.score === undefined ? [] : [`score ${track.score}`];
      return [printableName(track.codecs), `${width}x${height}`, `${rate} fps`, ...extent(track), ...score];
    }
    case 'audio': {
      const { channels, sampleRate } = track.audio;
      const sound = [printableName(language), count(channels, 'channel'), `${sampleRate} Hz`];
      return [printableName(track.codecs), ...sound, ...extent(track)];
    }
    case 'text':
      return [printableName(track.format), printableName(language), duration(track.duration)];
    case 'image':
      return [printableName(track.format), printableName(language), `${track.width}x${track.height}`];
  }
}

const extent = (track: PlannedVideo | PlannedAudio): string[] => [
  duration(track.duration),
  bytes(track.bytes),
];

function modeLines(mode: PlannedMode, { inputs }: TitlePlan): string[] {
  const { scheme, keys, units, thumbnails = [], manifests, leftOut, outputs } = mode;
  const where = outputs.map(printableName).join(', ');
  const rows: Row[] = [
    ...units.flatMap(({ files }) => grouped(files)),
    ...grouped(thumbnails),
    ...manifests.map(({ path, bytes: size }): Row => [path, size]),
  ];
  const widest = rows.reduce((most, [text]) => Math.max(most, text.length), 0);
  return [
    '',
    `${mode.mode} (${scheme})  ${where}  ${bytes(mode.bytes)}`,
    ...keys.map((key) => `  ${keyLine(key, inputs)}`),
    ...rows.map(([text, size]) => `  ${printableName(text).padEnd(widest)}  ${bytes(size)}`),
    ...leftOut.map(
      ({ input, id, why }) =>
        `  without track ${id} of ${printableName(inputs[input]?.path ?? '')}: ${printable(why)}`,
    ),
  ];
}

/** `key 0001… for HD, period 1: video 1 of a.mp4, video 1 of b.mp4`. */
function keyLine({ label, period, keyId, tracks }: PlannedKey, inputs: TitlePlan['inputs']): string {
  const names = tracks.map(({ input, id }) => {
    const file = inputs[input];
    const kind = file?.tracks.find((track) => track.id === id)?.kind ?? 'track';
    return `${kind} ${id}${inputs.length > 1 ? ` of ${printableName(file?.path ?? '')}` : ''}`;
  });
  const place = `${label}${period > 0 ? `, period ${period}` : ''}`;
  return `key ${keyId} for ${place}${names.length > 0 ? `: ${names.join(', ')}` : ''}`;
}

/** More files than anybody reads are one row. */
const MOST_FILES = 4;

function grouped(files: readonly { readonly path: string; readonly bytes: number }[]): Row[] {
  const [first] = files;
  const last = files.at(-1);
  if (!first || !last || files.length <= MOST_FILES)
    return files.map(({ path, bytes: size }) => [path, size]);
  const text = `${first.path} … ${last.path.slice(last.path.lastIndexOf('/') + 1)} (${files.length} files)`;
  return [[text, files.reduce((sum, file) => sum + file.bytes, 0)]];
}
