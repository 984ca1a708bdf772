import { type Content, html, type Markup } from './html.ts';

export interface TableContents {
  readonly caption: string;
  readonly columns: readonly string[];
  /** Cells of each row; the first one is its header. */
  readonly rows: readonly (readonly Content[])[];
  /** Which columns are figures, to stand below each other at the right. */
  readonly figures?: readonly number[];
  /** A class of it. */
  readonly kind?: string;
}

/**
 * A table whose rows become cards where the page is narrow: each cell then has the name of its column before it. The roles are those
 * that its elements have anyway, and that browsers forget where a style sheet makes blocks of them.
 */
export const table = ({ caption, columns, rows, figures = [], kind = '' }: TableContents): Markup =>
  html`<table class="${kind}" role="table"><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(
    (column, index) => html`<th role="columnheader" scope="col"${isFigure(figures, index)}>${column}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">${rows.map(
    ([first, ...cells]) => html`<tr role="row"><th role="rowheader" scope="row">${first}</th>${cells.map(
      (cell, index) =>
        html`<td role="cell" data-label="${columns[index + 1]}"${isFigure(figures, index + 1)}><div>${cell}</div></td>`,
    )}</tr>
`,
  )}</tbody></table>`;

const isFigure = (figures: readonly number[], column: number): Markup | false =>
  figures.includes(column) && html` class="figure"`;
