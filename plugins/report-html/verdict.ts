import type { Report } from '../../core/index.ts';
import { bytesFigure, countFigure, durationFigure } from '../../core/kit.ts';
import { paceFigure } from './figures.ts';
import { html, type Markup } from './html.ts';

interface Verdict {
  readonly kind: 'good' | 'fair' | 'bad';
  readonly sign: string;
  readonly words: string;
}

/** In a word or two, what became of the title. */
export function verdictOf({ error, verification, warnings, modes }: Report): Verdict {
  if (error && modes.length === 0) return { kind: 'bad', sign: '✕', words: 'Failed' };
  if (error || verification?.verdict === 'faulty')
    return { kind: 'bad', sign: '✕', words: 'Packaged, with faults' };
  const proof = verification && (verification.verdict === 'proved' ? ', verified' : ', sound by its form');
  if (warnings.length === 0) return { kind: 'good', sign: '✓', words: `Packaged${proof ?? ''}` };
  return {
    kind: 'fair',
    sign: '!',
    words: `Packaged${proof ?? ''}, with ${countFigure(warnings.length, 'warning')}`,
  };
}

/** The head of the page: which title, what became of it, and the figures that everybody asks for. */
export function pageHeader(report: Report, reproducible: boolean): Markup {
  const { kind, sign, words } = verdictOf(report);
  return html`<header class="page"><p class="brand">Sealpack <span>packaging report</span></p>
<h1><bdi>${titleOf(report)}</bdi></h1>
<p class="verdict ${kind}"><span aria-hidden="true">${sign}</span> ${words}</p>
<dl class="facts">${facts(report, reproducible).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>`;
}

/** Its content id; of a title that failed before it had one, its first input. */
export const titleOf = ({ contentId, inputs }: Report): string => contentId || inputs[0]?.name || 'Title';

function facts(report: Report, reproducible: boolean): (readonly [name: string, value: string])[] {
  const { modes, duration, elapsedSeconds, bytesRead, date } = report;
  const written = modes.reduce((sum, { bytes }) => sum + bytes, 0);
  const pace =
    duration > 0 && elapsedSeconds > 0 ? `, ${paceFigure(duration / elapsedSeconds)}× real time` : '';
  const renditions = modes.reduce((sum, mode) => sum + mode.renditions.length, 0);
  return [
    ...(duration > 0 ? [['Duration', durationFigure(duration)] as const] : []),
    ...(modes.length > 0
      ? [
          ['Written', `${bytesFigure(written)} in ${countFigure(renditions, 'rendition')}`] as const,
          ['Read', bytesFigure(bytesRead)] as const,
          ['Modes', String(modes.length)] as const,
        ]
      : []),
    ...(reproducible ? [] : [['Took', `${durationFigure(elapsedSeconds)}${pace}`] as const]),
    ['Started', `${date.slice(0, 16).replace('T', ' ')} UTC`],
  ];
}
