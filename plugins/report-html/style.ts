/** The style sheet of the page. It has no script, so all that changes does so by itself: with the width, the theme, and on paper. */
export const STYLE = `
:root {
  --paper: #f5f4f0; --sheet: #fff; --ink: #1a1e23; --soft: #5a626b; --rule: #dad8d0; --tint: #efede7;
  --good: #0b6b4f; --good-tint: #e0f1ea; --fair: #7d5300; --fair-tint: #faeecf; --bad: #a3231f; --bad-tint: #fbe5e3;
  --video: #2558a8; --audio: #97500b; --text: #6a3d9c; --trick: #3f6d77; --file: #5a626b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #121518; --sheet: #1a1e22; --ink: #e9e7e2; --soft: #a2abb4; --rule: #31373e; --tint: #22272c;
    --good: #67d3ac; --good-tint: #14342a; --fair: #efc063; --fair-tint: #38290c; --bad: #ff948c; --bad-tint: #451c1a;
    --video: #82aef5; --audio: #e6a75f; --text: #c0a3ee; --trick: #8cc1cc; --file: #a2abb4;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", system-ui, sans-serif; }
header.page, main { max-width: 1240px; margin: 0 auto; padding: 0 28px; }
header.page { padding-top: 36px; padding-bottom: 12px; }
main { padding-bottom: 56px; }
h1, h2, h3, p, dl, dd, figure, ul, ol { margin: 0; }
h1 { font-size: 34px; line-height: 1.15; letter-spacing: -.015em; font-weight: 680; overflow-wrap: anywhere; }
h2 { font-size: 19px; line-height: 1.3; letter-spacing: -.005em; }
h3 { font-size: 13px; color: var(--soft); font-weight: 600; margin: 26px 0 12px; }
code { font: .88em/1.45 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
small { font-size: .86em; color: var(--soft); }
.brand { font-weight: 700; font-size: 13px; margin-bottom: 22px; }
.brand span { font-weight: 400; color: var(--soft); padding-left: 8px; margin-left: 6px; border-left: 1px solid var(--rule); }
.verdict { display: inline-flex; gap: 9px; align-items: center; margin-top: 16px; padding: 5px 16px 5px 7px; border-radius: 99px; font-weight: 640; }
.verdict span { width: 24px; height: 24px; line-height: 24px; border-radius: 99px; text-align: center; color: var(--sheet); font-size: 14px; }
.good { color: var(--good); background: var(--good-tint); } .good span { background: var(--good); }
.fair { color: var(--fair); background: var(--fair-tint); } .fair span { background: var(--fair); }
.bad { color: var(--bad); background: var(--bad-tint); } .bad span { background: var(--bad); }
.facts { display: flex; flex-wrap: wrap; gap: 14px 0; margin-top: 26px; overflow: hidden; }
.facts div { padding: 0 0 0 21px; border-left: 1px solid var(--rule); margin: 0 44px 0 -22px; }
dt { font-size: 13px; color: var(--soft); }
dd { font-size: 17px; font-weight: 600; font-variant-numeric: tabular-nums; }
section { background: var(--sheet); border: 1px solid var(--rule); border-radius: 12px; padding: 22px 26px 26px; margin-top: 18px; }
.heading { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 16px; }
.heading p { color: var(--soft); font-size: 14px; }
.lead { font-size: 17px; margin-top: 8px; overflow-wrap: anywhere; }
.where { color: var(--soft); font-size: 14px; margin-top: 10px; overflow-wrap: anywhere; }
.failure { border-color: var(--bad); border-width: 2px; } .failure h2 { color: var(--bad); }
.hint { margin-top: 10px; }
.warnings { border-color: var(--fair); } .warnings h2 { color: var(--fair); }
.warnings ul { padding-left: 20px; margin-top: 8px; overflow-wrap: anywhere; }
.warnings li + li { margin-top: 4px; }
table { border-collapse: collapse; width: 100%; margin-top: 14px; font-size: 14px; }
caption { text-align: left; color: var(--soft); font-size: 13px; padding-bottom: 6px; }
th, td { text-align: left; vertical-align: top; padding: 8px 18px 8px 0; border-top: 1px solid var(--rule); }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-size: 13px; font-weight: 500; color: var(--soft); border-top: 0; padding-top: 2px; white-space: nowrap; }
tbody th { font-weight: 640; overflow-wrap: anywhere; } td { overflow-wrap: anywhere; }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.line { display: block; }
.kind { display: inline-block; width: 9px; height: 9px; border-radius: 3px; margin-right: 9px; background: currentColor; }
.video { color: var(--video); } .audio { color: var(--audio); } .text { color: var(--text); } .trick { color: var(--trick); } .file { color: var(--file); }
b.clear { color: var(--fair); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 470px), 1fr)); gap: 26px 40px; }
.chart figcaption { color: var(--soft); font-size: 13px; display: flex; flex-wrap: wrap; gap: 0 14px; margin-bottom: 6px; font-variant-numeric: tabular-nums; }
.chart figcaption b { color: var(--ink); font-size: 14px; margin-right: auto; min-width: 0; overflow-wrap: anywhere; }
.chart figcaption span::before { content: ""; display: inline-block; width: 18px; margin-right: 6px; vertical-align: .26em; border-top: 1.5px dashed var(--ink); }
.chart figcaption .key-peak::before { border-top: 2px dotted var(--soft); }
.plot { position: relative; margin-left: 68px; border-bottom: 1px solid var(--soft); border-top: 1px solid var(--rule); }
.plot svg { display: block; width: 100%; height: 128px; }
.plot > span { position: absolute; right: calc(100% + 8px); white-space: nowrap; font-size: 12px; line-height: 1; color: var(--soft); font-variant-numeric: tabular-nums; }
.top { top: 0; } .half { top: calc(50% - 6px); }
.plot path { vector-effect: non-scaling-stroke; fill: none; }
.plot .area { fill: currentColor; fill-opacity: .16; }
.plot .line { stroke: currentColor; stroke-width: 1.6; }
.plot .band { fill: currentColor; fill-opacity: .78; }
.plot .grid { stroke: var(--rule); }
.plot .average { stroke: var(--ink); stroke-width: 1.4; stroke-dasharray: 6 4; }
.plot .peak { stroke: var(--soft); stroke-width: 1.6; stroke-dasharray: 1.5 3.5; }
.axis { display: flex; justify-content: space-between; color: var(--soft); font-size: 12px; padding-top: 4px; font-variant-numeric: tabular-nums; }
.chart .axis { margin-left: 68px; }
.periods { margin-top: 16px; }
.periods svg { display: block; width: 100%; height: 18px; border-radius: 4px; }
.periods figcaption { color: var(--soft); font-size: 13px; margin-top: 4px; }
.periods .even { fill: var(--video); } .periods .odd { fill: var(--trick); fill-opacity: .55; } .periods rect.clear { fill: var(--fair-tint); stroke: var(--fair); vector-effect: non-scaling-stroke; }
.swatch { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin: 0 6px 0 0; vertical-align: -1px; }
.swatch.even { background: var(--video); } .swatch.odd { background: var(--trick); opacity: .55; } .swatch.clear { background: var(--fair-tint); border: 1px solid var(--fair); }
.renditions tbody th { min-width: 160px; max-width: 300px; position: relative; padding-left: 18px; } .renditions .kind { position: absolute; left: 0; top: calc(8px + .5lh - 4.5px); margin: 0; } .renditions td { max-width: 260px; } .renditions code { white-space: nowrap; }
.keys th:first-child { white-space: nowrap; }
.timings td:nth-child(2) { width: 58%; } .timings th:first-child { white-space: nowrap; }
.bar { display: block; width: 100%; height: 20px; background: var(--tint); border-radius: 3px; }
.bar .done { fill: var(--good); } .bar .broken { fill: var(--bad); } small.broken { color: var(--bad); }
.findings { list-style: none; padding: 0; margin-top: 14px; }
.findings li { border-left: 4px solid var(--soft); background: var(--tint); padding: 10px 16px; border-radius: 0 8px 8px 0; margin-top: 8px; overflow-wrap: anywhere; }
.findings .error { border-color: var(--bad); } .findings .error b { color: var(--bad); }
.findings .warning { border-color: var(--fair); } .findings .warning b { color: var(--fair); }
.findings .where { margin-top: 2px; }
details { margin-top: 20px; font-size: 14px; }
summary { cursor: pointer; color: var(--soft); }
.files { list-style: none; padding: 8px 0 0; columns: 2; column-gap: 40px; }
.files li { display: flex; justify-content: space-between; gap: 14px; break-inside: avoid; padding: 2px 0; }
.files span { color: var(--soft); white-space: nowrap; }
@media screen and (max-width: 820px) {
  header.page, main { padding-left: 14px; padding-right: 14px; }
  header.page { padding-top: 22px; }
  h1 { font-size: 26px; }
  section { padding: 18px 16px 20px; border-radius: 10px; }
  .facts { display: grid; grid-template-columns: 1fr 1fr; gap: 14px 18px; }
  .facts div { padding: 0; border: 0; margin: 0; }
  dd { font-size: 16px; overflow-wrap: anywhere; }
  table, caption, tbody, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { border-top: 1px solid var(--rule); padding: 10px 0; }
  tbody th, td { border: 0; padding: 2px 0; }
  tbody th { font-size: 15px; }
  td { display: grid; grid-template-columns: 112px 1fr; gap: 10px; }
  td::before { content: attr(data-label); color: var(--soft); }
  td > div { min-width: 0; overflow-wrap: anywhere; }
  .figure { text-align: left; white-space: normal; }
  .renditions tbody th, .renditions td { min-width: 0; max-width: none; } .renditions code { white-space: normal; } .renditions tbody th { padding-left: 18px; } .renditions .kind { top: calc(2px + .5lh - 4.5px); }
  .keys td { display: block; }
  .timings td:nth-child(2) { display: block; width: auto; } .timings td:nth-child(2)::before { content: none; }
  .files { columns: 1; }
}
@page { margin: 14mm 13mm; }
@media print {
  :root {
    --paper: #fff; --sheet: #fff; --ink: #000; --soft: #4a5058; --rule: #c4c4c0; --tint: #f0f0ee;
    --good: #0b6b4f; --good-tint: #e0f1ea; --fair: #7d5300; --fair-tint: #faeecf; --bad: #a3231f; --bad-tint: #fbe5e3;
    --video: #2558a8; --audio: #97500b; --text: #6a3d9c; --trick: #3f6d77; --file: #5a626b;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 10pt; }
  header.page, main { max-width: none; padding: 0; }
  section { border: 0; border-top: 1.5pt solid #000; border-radius: 0; padding: 8pt 0 0; margin-top: 16pt; }
  h1 { font-size: 21pt; } h2 { font-size: 13pt; } dd { font-size: 11.5pt; }
  h2, h3, caption, .heading { break-after: avoid; }
  table { font-size: 8.5pt; } th, td { padding: 3pt 8pt 3pt 0; } thead th, caption { font-size: 8pt; }
  .renditions tbody th { padding-left: 15px; } .renditions .kind { top: calc(3pt + .5lh - 4.5px); }
  thead { display: table-header-group; }
  tr, figure, .findings li, .facts, .failure, .timings, .keys { break-inside: avoid; }
  .charts { grid-template-columns: 1fr 1fr; gap: 10pt 18pt; } .plot svg { height: 56pt; }
  .chart figcaption { font-size: 7pt; gap: 0 6pt; } .chart figcaption span::before { width: 14px; } .chart figcaption b { font-size: 8.5pt; } .axis, .plot > span { font-size: 7pt; }
  h3 { margin: 14pt 0 6pt; }
  .keys code { font-size: 7.5pt; }
  details:not([open]) { display: none; }
}
`;
