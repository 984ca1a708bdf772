import type { Finding, Report, Verification } from '../../core/index.ts';
import { countFigure } from '../../core/kit.ts';
import { clockFigure, numberFigure } from './figures.ts';
import { html, type Markup } from './html.ts';
import { table } from './table.ts';

/** So many are shown: a package with more has one cause. */
const MOST = 200;

const ORDER = ['error', 'warning', 'notice'] as const;

const ASSURANCES = {
  proved: 'as in its source',
  form: 'sound by its form',
  unchecked: 'not looked at',
} as const;

/** What verification found, and of what it says that it is in order. */
export function verificationSection({ verification }: Report): Markup | undefined {
  if (!verification) return undefined;
  const { summary, findings, claims } = verification;
  const sorted = ORDER.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  return html`<section aria-labelledby="verification"><h2 id="verification">Verification</h2>
<p class="lead">${summary}</p>
${sorted.length > 0 && html`<ol class="findings">${sorted.slice(0, MOST).map(findingItem)}</ol>${more(sorted.length, 'findings')}`}
${claims.length > 0 && html`${claimTable(claims.slice(0, MOST))}${more(claims.length, 'claims')}`}
</section>`;
}

const more = (count: number, what: string): Markup | false =>
  count > MOST && html`<p>and ${numberFigure(count - MOST)} more ${what}.</p>`;

function findingItem(finding: Finding): Markup {
  const { severity, code, message, mend, clause, expected, found, count = 1 } = finding;
  return html`<li class="${severity}"><p><b>${severity}</b> <code>${code}</code> ${message}</p>
<p class="where">${placeOf(finding)}${count > 1 && `, and in ${numberFigure(count - 1)} more places`}${clause !== undefined && `; ${clause}`}</p>
${(expected !== undefined || found !== undefined) && html`<p>Expected <code>${expected ?? '–'}</code>, found <code>${found ?? '–'}</code>.</p>`}
<p class="mend">${mend}</p></li>
`;
}

const placeOf = ({ file, offset, time, rendition }: Finding): Markup =>
  html`<code><bdi>${file}</bdi></code>${offset !== undefined && `, byte ${numberFigure(offset)}`}${time !== undefined && `, at ${clockFigure(time)}`}${rendition !== undefined && rendition !== file && html`, of <bdi>${rendition}</bdi>`}`;

const claimTable = (claims: Verification['claims']): Markup =>
  table({
    caption: 'What is in order',
    columns: ['Of', 'What', 'How sure', 'Why'],
    rows: claims.map(({ rendition, what, assurance, count, why }) => [
      html`<bdi>${rendition}</bdi>`,
      what === 'manifest' ? what : countFigure(count, what.slice(0, -1)),
      ASSURANCES[assurance],
      why ?? '',
    ]),
  });
