import { createHash } from 'node:crypto';
import type { Report } from '../../core/index.ts';
import { bytesFigure, countFigure } from '../../core/kit.ts';
import { verificationSection } from './findings.ts';
import { html, Markup } from './html.ts';
import { keySection } from './keys.ts';
import { modeSection } from './modes.ts';
import { STYLE } from './style.ts';
import { table } from './table.ts';
import { timingSection } from './timings.ts';
import { pageHeader, titleOf, verdictOf } from './verdict.ts';

/** Nothing is loaded, sent or run; the one style sheet is this one. Attributes `style` would not count either. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The whole document. @param reproducible what is measured, and where on this machine things are, is left out */
export const page = (report: Report, reproducible: boolean): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${titleOf(report)}: ${verdictOf(report).words}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${pageHeader(report, reproducible)}
<main>
${failureSection(report)}
${warningSection(report)}
${verificationSection(report)}
${report.modes.map((mode, index) => modeSection(mode, report, index + 1))}
${keySection(report)}
${!reproducible && timingSection(report)}
${inputSection(report, reproducible)}
</main>
</body>
</html>
`.text;

function failureSection({ error }: Report): Markup | undefined {
  if (!error) return undefined;
  const { message, hint, code, exit, hook, plugin } = error;
  const by = [hook && `in ${hook}`, plugin && `by ${plugin}`].filter(Boolean).join(' ');
  return html`<section class="failure" aria-labelledby="failure"><h2 id="failure">What went wrong</h2>
<p class="lead">${message}</p>
${hint !== undefined && html`<p class="hint"><b>What to do:</b> ${hint}</p>`}
<p class="where"><code>${code}</code>, exit status ${exit}${by !== '' && `, ${by}`}</p></section>`;
}

const warningSection = ({ warnings }: Report): Markup | false =>
  warnings.length > 0 &&
  html`<section class="warnings" aria-labelledby="warnings"><h2 id="warnings">${countFigure(warnings.length, 'warning')}</h2>
<ul>${warnings.map((warning) => html`<li>${warning}</li>`)}</ul></section>`;

function inputSection({ inputs, output }: Report, reproducible: boolean): Markup | false {
  if (inputs.length === 0) return false;
  const rows = inputs.map(({ name, path, bytes }) => [
    html`<bdi>${name}</bdi>`,
    html`<code><bdi>${path}</bdi></code>`,
    bytes > 0 ? bytesFigure(bytes) : '–',
  ]);
  return html`<section aria-labelledby="inputs"><h2 id="inputs">Inputs</h2>
${table({ caption: 'What it was made of', columns: ['File', 'Place', 'Size'], rows, figures: [2] })}
${!reproducible && html`<p class="where">Written to <code><bdi>${output}</bdi></code></p>`}</section>`;
}
