import type { ModeReport, Report } from '../../core/index.ts';
import { bytesFigure, countFigure, type RenditionResult, type RenditionTrack } from '../../core/kit.ts';
import { bitRateFigure, frameRateFigure, numberFigure } from './figures.ts';
import { type Content, html, type Markup } from './html.ts';
import { rateChart } from './rate-chart.ts';
import { type RateSeries, rateSeries } from './rate-series.ts';
import { table } from './table.ts';

/** So many files of a mode are listed. */
const MOST_FILES = 60;

/** What a mode wrote: its renditions as a table, their bit rates as charts, its files. */
export function modeSection(mode: ModeReport, { duration }: Report, number: number): Markup {
  const rows = mode.renditions.map((rendition) => ({
    rendition,
    kind: kindOf(rendition),
    series: rateSeries(rendition.segments, rendition.timescale),
  }));
  const end = rows.reduce((latest, { series }) => Math.max(latest, series?.ends.at(-1) ?? 0), duration);
  const charts = rows.flatMap(({ rendition, kind, series }, row) =>
    // A few cues now and then have no bit rate worth a picture.
    series && kind !== 'text' ? [rateChart({ id: `m${number}r${row}`, rendition, kind, series, end })] : [],
  );
  return html`<section aria-labelledby="mode-${number}">
<div class="heading"><h2 id="mode-${number}"><bdi>${mode.mode}</bdi></h2>
<p>${mode.outputs.slice(0, 4).map((name) => html`<code><bdi>${name}</bdi></code> `)}${mode.outputs.length > 4 && `and ${mode.outputs.length - 4} more, `}${bytesFigure(mode.bytes)} in ${countFigure(mode.files.length, 'file')}</p></div>
${rows.length > 0 && renditionTable(mode.mode, rows)}
${charts.length > 0 && html`<h3>Bit rates</h3><div class="charts">${charts}</div>`}
${fileList(mode)}
</section>`;
}

interface Row {
  readonly rendition: RenditionResult;
  readonly kind: string;
  readonly series: RateSeries | undefined;
}

const renditionTable = (mode: string, rows: readonly Row[]): Markup =>
  table({
    caption: `Renditions of ${mode}`,
    columns: ['Rendition', 'What', 'Codec', 'Language', 'Average', 'Peak', 'Segments', 'Size', 'Encrypted'],
    figures: [4, 5, 6, 7],
    kind: 'renditions',
    rows: rows.map(({ rendition, kind, series }) => [
      html`<span class="kind ${kind}" aria-hidden="true"></span><bdi>${rendition.unit.id}</bdi>`,
      lines(rendition.tracks.map(describe), kind),
      lines(rendition.tracks.map(({ codecs }) => html`<code>${codecs}</code>`)),
      lines(rendition.tracks.map(languageOf)),
      series ? bitRateFigure(series.average) : '–',
      series ? bitRateFigure(series.peak) : '–',
      rendition.segments.sizes.length > 0 ? numberFigure(rendition.segments.sizes.length) : '–',
      bytesFigure(rendition.files.reduce((sum, { bytes }) => sum + bytes, 0)),
      protectionOf(rendition),
    ]),
  });

/** One below the other: a rendition in a transport stream has pictures and sound. */
const lines = (contents: readonly Content[], otherwise: Content = '–'): Content =>
  contents.length === 0 ? otherwise : contents.map((content) => html`<span class="line">${content}</span>`);

function kindOf({ tracks }: RenditionResult): string {
  if (tracks.some((track) => track.kind === 'video' && track.trickPlay)) return 'trick';
  return ['video', 'audio', 'text'].find((kind) => tracks.some((track) => track.kind === kind)) ?? 'file';
}

function describe(track: RenditionTrack): string {
  if (track.kind === 'audio') {
    const { channels, sampleRate } = track.audio;
    return `${countFigure(channels, 'channel')}, ${sampleRate / 1000}\u00A0kHz`;
  }
  if (track.kind === 'text')
    return `text, ${track.mimeType ?? track.entry}, ${countFigure(track.sampleCount, 'cue')}`;
  const { width, height, frameRate } = track.video;
  return `${track.trickPlay ? 'trick play, ' : ''}${width} × ${height}, ${frameRateFigure(frameRate)} fps`;
}

function languageOf({ language, label, roles = [] }: RenditionTrack): Content {
  const more = [...(label === undefined ? [] : [label]), ...roles].join(', ');
  return html`${language === 'und' ? '–' : language}${more !== '' && html` <small><bdi>${more}</bdi></small>`}`;
}

/** How much of it was seen to be encrypted, and under which label where there are several; what stays clear says so. */
function protectionOf({ tracks, encryptedResources, keyLabel }: RenditionResult): Content {
  const named = keyLabel === undefined ? tracks.flatMap((track) => track.keyLabel ?? []) : [keyLabel];
  const labels = [...new Set(named)].filter((label) => label !== 'ALL');
  const under = labels.length > 0 && html`<small class="line"><bdi>${labels.join(', ')}</bdi></small>`;
  if (encryptedResources) return html`whole, ${bytesFigure(encryptedResources.bytes)}${under}`;
  const shares = tracks.map(({ encrypted, protection, kind }) => {
    if (!encrypted) return kind === 'text' ? 'clear text' : html`<b class="clear">clear</b>`;
    if (!protection || protection.bytes === 0) return 'yes';
    const share = Math.round((100 * protection.protectedBytes) / protection.bytes);
    return html`${share} % of bytes <small>in ${numberFigure(protection.encrypted)} samples</small>`;
  });
  return html`${lines(shares)}${under}`;
}

function fileList({ files }: ModeReport): Markup {
  const more = files.length - MOST_FILES;
  const shown = more > 1 ? files.slice(0, MOST_FILES) : files;
  return html`<details><summary>${countFigure(files.length, 'file')}</summary><ul class="files">
${shown.map(({ path, bytes }) => html`<li><code><bdi>${path}</bdi></code> <span>${bytesFigure(bytes)}</span></li>\n`)}
${shown.length < files.length && html`<li>and ${numberFigure(more)} more</li>`}</ul></details>`;
}
