import type { RenditionResult } from '../../core/kit.ts';
import { bitRateFigure, clockFigure, numberFigure } from './figures.ts';
import { html, type Markup } from './html.ts';
import { type RateSeries, rateBands } from './rate-series.ts';

/** Units of the drawing, which is stretched to the place that it has; labels are beside it, so that they stay as they are. */
const WIDTH = 600;
const HEIGHT = 120;

/** What a chart shows. */
export interface RateChart {
  /** Unique in the document. */
  readonly id: string;
  readonly kind: string;
  readonly rendition: RenditionResult;
  readonly series: RateSeries;
  /** Seconds of the title: all charts of a mode have one axis of time. */
  readonly end: number;
}

/** The bit rate of a rendition over time, with lines for its average and its peak. */
export function rateChart({ id, kind, rendition, series, end }: RateChart): Markup {
  const top = roundTop(series.peak);
  const y = (rate: number) => figure(HEIGHT * (1 - rate / top));
  const [average, peak] = [bitRateFigure(series.average), bitRateFigure(series.peak)];
  const steps = series.rates.length;
  const isDense = steps > WIDTH;
  const { area, band } = isDense ? bandPaths(series, end, top) : stepPaths(series, end, top);
  const shows = isDense ? 'Lowest and highest rate of each part' : 'One step a segment';
  const lowest = bitRateFigure(series.rates.reduce((least, rate) => Math.min(least, rate)));
  return html`<figure class="chart ${kind}">
<figcaption><b><bdi>${rendition.unit.id}</bdi></b>
<span class="key-average">average ${average}</span> <span class="key-peak">peak ${peak} at ${clockFigure(series.peakAt)}</span></figcaption>
<div class="plot"><span class="top">${bitRateFigure(top)}</span><span class="half">${bitRateFigure(top / 2)}</span>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">Bit rate of ${rendition.unit.id} over time</title><desc id="${id}-d">From ${lowest} to ${peak} over ${clockFigure(end)}, ${average} on average; ${numberFigure(steps)} steps. ${shows}.</desc>
<path class="grid" d="M0 ${HEIGHT / 2}H${WIDTH}"/><path class="area" d="${area}"/><path class="${isDense ? 'band' : 'line'}" d="${band}"/>
<path class="average" d="M0 ${y(series.average)}H${WIDTH}"/><path class="peak" d="M0 ${y(series.peak)}H${WIDTH}"/></svg></div>
${timeAxis(end)}
</figure>`;
}

/** Labels at equal distances. */
export const timeAxis = (end: number): Markup =>
  html`<div class="axis" aria-hidden="true">${[0, 1, 2, 3, 4].map((part) => html`<span>${clockFigure((end * part) / 4)}</span>`)}</div>`;

const figure = (value: number): number => Math.round(value * 10) / 10;

/** The next of 1, 1.5, 2, 3, 4, 6, 8, 10 at that power of ten: a scale that people can divide by two. */
function roundTop(peak: number): number {
  if (peak <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(peak));
  return power * ([1, 1.5, 2, 3, 4, 6, 8].find((step) => step * power >= peak) ?? 10);
}

interface Paths {
  readonly area: string;
  readonly band: string;
}

/** Each step as it is. */
function stepPaths({ starts, ends, rates }: RateSeries, end: number, top: number): Paths {
  let line = '';
  let area = '';
  let last = Number.NaN;
  for (const [row, rate] of rates.entries()) {
    const [from, to] = [figure((starts[row]! / end) * WIDTH), figure((ends[row]! / end) * WIDTH)];
    const y = figure(HEIGHT * (1 - rate / top));
    const joins = from <= last + 0.2;
    line += joins ? `V${y}H${to}` : `M${from} ${y}H${to}`;
    area += joins ? `V${y}H${to}` : `${row > 0 ? `V${HEIGHT}` : ''}M${from} ${HEIGHT}V${y}H${to}`;
    last = to;
  }
  return { area: `${area}V${HEIGHT}`, band: line };
}

/** A band from the lowest to the highest of each column, and what is always there below it. */
function bandPaths(series: RateSeries, end: number, top: number): Paths {
  const { low, high } = rateBands(series, WIDTH, end);
  const y = (rate: number) => Math.round(HEIGHT * (1 - rate / top) * 10) / 10;
  let [area, band] = ['', ''];
  for (let column = 0; column < WIDTH; column++) {
    if (Number.isNaN(low[column]!)) continue;
    // A column of one rate is still to be seen.
    const [below, above] = [y(low[column]!), Math.min(y(high[column]!), y(low[column]!) - 1)];
    area += `M${column} ${HEIGHT}V${below}h1V${HEIGHT}`;
    band += `M${column} ${below}V${above}h1V${below}`;
  }
  return { area, band };
}
