import type { KeyUse, ModeReport, Report } from '../../core/index.ts';
import { clockFigure, numberFigure } from './figures.ts';
import { html, type Markup } from './html.ts';
import { timeAxis } from './rate-chart.ts';
import { table } from './table.ts';

/** So many crypto periods of a long title are listed, and so many of its last ones. */
const FIRST_PERIODS = 24;
const LAST_PERIODS = 4;

/** So many can be told apart on a line. */
const MOST_ON_LINE = 240;

/** Which key is for what: ids by label and crypto period, never keys. Modes with the same keys are together. */
export function keySection(report: Report): Markup | undefined {
  const { modes, periods = [], duration } = report;
  if (modes.length === 0) return undefined;
  const groups = new Map<string, ModeReport[]>();
  for (const mode of modes) {
    const same = JSON.stringify(usesOf(mode));
    groups.set(same, [...(groups.get(same) ?? []), mode]);
  }
  return html`<section aria-labelledby="keys"><h2 id="keys">Keys</h2>
${periods.length > 1 && periodLine(report, periods, duration)}
${[...groups.values()].map((group) => keyTable(group, periods))}
</section>`;
}

type Periods = NonNullable<Report['periods']>;

const usesOf = ({ keys, keyId }: ModeReport): readonly KeyUse[] =>
  keys ?? [{ label: 'ALL', period: 0, keyId }];

function keyTable(modes: readonly ModeReport[], periods: Periods): Markup {
  const uses = usesOf(modes[0]!);
  const labels = [...new Set(uses.map(({ label }) => label))];
  const ids = new Map(uses.map(({ label, period, keyId }) => [`${period}/${label}`, keyId]));
  const numbers = [...new Set(uses.map(({ period }) => period))].sort((a, b) => a - b);
  const starts = new Map(periods.map(({ period, start }) => [period, start]));
  const row = (period: number) => [
    html`${period}${starts.has(period) && html` <small>from ${clockFigure(starts.get(period)!)}</small>`}`,
    ...labels.map((label) => html`<code>${ids.get(`${period}/${label}`) ?? '–'}</code>`),
  ];
  const left = numbers.length - FIRST_PERIODS - LAST_PERIODS;
  const rows =
    left > 1
      ? [
          ...numbers.slice(0, FIRST_PERIODS).map(row),
          [html`…`, ...labels.map((_, index) => (index === 0 ? `${numberFigure(left)} more periods` : ''))],
          ...numbers.slice(-LAST_PERIODS).map(row),
        ]
      : numbers.map(row);
  const caption = `Key ids of ${modes.map(({ mode }) => mode).join(', ')}`;
  return table({ caption, columns: ['Period', ...labels], rows, kind: 'keys' });
}

/** Crypto periods along the timeline. */
function periodLine({ modes }: Report, periods: Periods, duration: number): Markup | undefined {
  if (modes.length === 0 || periods.length > MOST_ON_LINE || duration <= 0) return undefined;
  const clear = periods.filter(({ period }) => period === 'clear');
  const of = (index: number) => [periods[index]!.start, periods[index + 1]?.start ?? duration] as const;
  const x = (seconds: number) => Math.round((seconds / duration) * 6000) / 10;
  const led =
    clear.length > 0 ? `, ${clear.reduce((sum, { segments }) => sum + segments, 0)} segments clear` : '';
  return html`<figure class="periods"><svg viewBox="0 0 600 14" preserveAspectRatio="none" role="img" aria-labelledby="periods-t"><title id="periods-t">${numberFigure(periods.length - clear.length)} crypto periods along the title${led}</title>
${periods.map(({ period }, index) => {
  const [from, to] = of(index);
  const kind = period === 'clear' ? 'clear' : period % 2 === 0 ? 'even' : 'odd';
  return html`<rect class="${kind}" x="${x(from)}" y="0" width="${x(to - from)}" height="14"/>`;
})}</svg>${timeAxis(duration)}
<figcaption>${clear.length > 0 && html`<span class="swatch clear"></span>clear `}<span class="swatch even"></span><span class="swatch odd"></span>crypto periods in turn</figcaption></figure>`;
}
