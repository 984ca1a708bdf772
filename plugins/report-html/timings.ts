import type { Report } from '../../core/index.ts';
import { durationFigure } from '../../core/kit.ts';
import { html, type Markup } from './html.ts';
import { table } from './table.ts';

/** When each stage was at work, as bars along the time that the title took. */
export function timingSection({ stages = [], elapsedSeconds }: Report): Markup | undefined {
  if (stages.length === 0 || elapsedSeconds <= 0) return undefined;
  const x = (seconds: number) => Math.round((seconds / elapsedSeconds) * 1000) / 10;
  const rows = stages.map(({ stage, start, seconds, isBroken }) => [
    html`${stage}${isBroken && html` <small class="broken">failed here</small>`}`,
    html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="${isBroken ? 'broken' : 'done'}" x="${x(start)}" y="1" width="${Math.max(0.6, x(seconds))}" height="8"/></svg>`,
    durationFigure(start),
    durationFigure(seconds),
  ]);
  const columns = ['Stage', 'When', 'Begins after', 'Takes'];
  return html`<section aria-labelledby="timings"><h2 id="timings">Timings</h2>
${table({ caption: 'Stages; those that overlap work side by side', columns, rows, figures: [2, 3], kind: 'timings' })}</section>`;
}
