import { grouped } from '../base/grouped.ts';
import type { TitlePlan } from '../engine/plan-title.ts';
import {
  alignRows,
  bytes,
  count,
  duration,
  NO_COLOUR,
  type Paint,
  printable,
  printableName,
  wrapLines,
} from './format.ts';
import { inputLines } from './plan-inputs-text.ts';
import { modeLines } from './plan-mode-text.ts';

export interface PlanTextOptions {
  /** Of the title, where there are several. */
  readonly number?: number;
  /** Width of the terminal. @default lines are not broken */
  readonly columns?: number | undefined;
  readonly paint?: Paint;
}

/** A plan for people. */
export function planText(
  plan: TitlePlan,
  { number, columns, paint = NO_COLOUR }: PlanTextOptions = {},
): string {
  const { contentId, output, modes, warnings } = plan;
  const name = number === undefined ? 'Title' : `Title ${number}`;
  const length =
    plan.segments > 0 ? `, ${duration(plan.duration)} in ${count(plan.segments, 'segment')}` : '';
  const files = modes.flatMap(({ units, thumbnails = [], manifests }) => [
    ...units.flatMap((unit) => unit.files),
    ...thumbnails,
    ...manifests,
  ]);
  const text = [
    `${name} ${paint.strong(printableName(contentId))}${length}, into ${printableName(output)}`,
    ...periodLines(plan),
    '',
    ...inputLines(plan.inputs, paint),
    ...captionLines(plan),
    ...markerLines(plan),
    ...thumbnailLines(plan),
    ...detailLines(plan),
    ...modes.flatMap((mode) => ['', ...modeLines(mode, plan, paint)]),
    ...targetLines(plan),
    '',
    `${bytes(plan.bytes)} in ${count(files.length, 'file')}; nothing was written`,
    ...warnings.map((warning) => `${paint.notice('warning:')} ${printable(warning)}`),
    '',
    '',
  ].join('\n');
  return wrapLines(text, columns);
}

/** So many crypto periods are told by their starts. */
const MOST_PERIODS = 6;

/** What stays clear before the first key, and when keys change; nothing where neither is so. */
function periodLines({ periods }: TitlePlan): string[] {
  const [first, second] = periods;
  const isLead = first?.period === 'clear' && second !== undefined;
  const starts = [...grouped(periods, ({ period }) => period)].flatMap(([period, [run]]) =>
    period === 'clear' ? [] : `${run!.start.toFixed(3)} s`,
  );
  const named = starts.slice(0, MOST_PERIODS);
  const more = starts.length - named.length;
  return [
    ...(isLead ? [`clear lead  ${duration(second.start)} in ${count(first.segments, 'segment')}`] : []),
    ...(starts.length > 1
      ? [
          `${count(starts.length, 'crypto period')}, from ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
        ]
      : []),
  ];
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
  const rows = markers.slice(0, MOST_MARKERS).map(({ kind, id, start, duration: length, title, event }) => {
    const facts = [`${start.toFixed(3)} s`, kind, printableName(title ?? event?.scheme ?? id)];
    return ['marker', ...facts, ...(length === undefined ? [] : [duration(length)])];
  });
  const more = markers.length - rows.length;
  return ['', ...alignRows(rows), ...(more > 0 ? [`and ${count(more, 'more marker')}`] : [])];
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
