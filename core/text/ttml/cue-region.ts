import type { XmlNode } from '../../base/xml/xml-node.ts';
import { cueRegionId, regionsById } from '../webvtt/settings.ts';

/** Rows of a picture, in percent of its height: players make cues about one in nineteen high. */
const ROW = 5.33;
/** What no text stands in, at all sides: televisions cut it off. */
const MARGIN = 5;

type Attributes = XmlNode['attributes'];

/** A box in percent of the picture, and where in it the text stands. */
interface Rows {
  readonly y: number;
  readonly height: number;
  readonly displayAlign: 'before' | 'center' | 'after';
}

/**
 * The attributes of a region that stands where a cue with these settings would.
 * @param regions REGION blocks of the document
 */
export function cueRegion(settings: string | undefined, regions: readonly string[]): Attributes {
  const values = new Map(
    (settings ?? '').split(/\s+/).map((setting): [string, string] => {
      const colon = setting.indexOf(':');
      return [setting.slice(0, colon), setting.slice(colon + 1)];
    }),
  );
  const align = values.get('align') ?? 'center';
  const vertical = values.get('vertical');
  if (vertical !== undefined) return verticalRegion(values, align, vertical === 'rl');
  const own = regionsById(regions).get(cueRegionId(settings ?? '') ?? '');
  if (own !== undefined) {
    const [columns, rows] = areaOf(own);
    return regionOf(columns, rows, align);
  }
  return regionOf(columnsOf(values, align), linesOf(values.get('line')), align);
}

/** Lines are counted from where the first is, which is right or left; a percentage is always from the left (W3C WebVTT, 7.2). */
function verticalRegion(
  values: ReadonlyMap<string, string>,
  align: string,
  isFromRight: boolean,
): Attributes {
  const line = values.get('line');
  const { y, height: width, displayAlign } = linesOf(line);
  const [top, height] = columnsOf(values, align);
  const isPercent = line?.includes('%') === true;
  const x = isFromRight && !isPercent ? 100 - y - width : y;
  const turned = { before: 'after', center: 'center', after: 'before' } as const;
  const rows = {
    y: top,
    height,
    displayAlign: isFromRight && isPercent ? turned[displayAlign] : displayAlign,
  };
  return regionOf([x, width], rows, align, isFromRight ? 'tbrl' : 'tblr');
}

function regionOf(
  [x, width]: readonly [number, number],
  rows: Rows,
  align: string,
  writingMode?: string,
): Attributes {
  return {
    'tts:origin': `${percent(x)} ${percent(rows.y)}`,
    'tts:extent': `${percent(width)} ${percent(rows.height)}`,
    'tts:displayAlign': rows.displayAlign,
    'tts:textAlign': align,
    'tts:overflow': 'visible',
    'tts:writingMode': writingMode,
  };
}

/** From left to right (W3C WebVTT, 7.2): the line's box, as wide as it may be around its position. */
function columnsOf(values: ReadonlyMap<string, string>, align: string): readonly [number, number] {
  const byAlign = { start: 'line-left', left: 'line-left', end: 'line-right', right: 'line-right' }[align];
  const [position = 'auto', anchor = byAlign ?? 'center'] = (values.get('position') ?? 'auto').split(',');
  const automatic = { 'line-left': 0, 'line-right': 100 }[byAlign ?? ''] ?? 50;
  const at = position === 'auto' ? automatic : Number.parseFloat(position);
  const widest = { 'line-left': 100 - at, 'line-right': at }[anchor] ?? 2 * Math.min(at, 100 - at);
  const width = Math.min(Number.parseFloat(values.get('size') ?? '100'), widest);
  if (width >= 100) return [MARGIN, 100 - 2 * MARGIN];
  const x = { 'line-left': at, 'line-right': at - width }[anchor] ?? at - width / 2;
  return [x, width];
}

/** From top to bottom. */
function linesOf(line: string | undefined): Rows {
  const [value = '', align = 'start'] = (line ?? '-1').split(',');
  const number = Number.parseFloat(value);
  if (!value.endsWith('%')) {
    const rows = Math.min(100 / ROW - 3, number < 0 ? -1 - number : number) * ROW + MARGIN;
    return number < 0
      ? { y: 0, height: 100 - rows, displayAlign: 'after' }
      : { y: rows, height: 100 - rows, displayAlign: 'before' };
  }
  // A row has room even at the edge.
  const at = Math.min(100 - ROW, Math.max(ROW, number));
  if (align === 'end') return { y: 0, height: Math.max(ROW, number), displayAlign: 'after' };
  if (align === 'center') {
    const half = Math.min(at, 100 - at);
    return { y: at - half, height: 2 * half, displayAlign: 'center' };
  }
  const y = Math.min(100 - ROW, number);
  return { y, height: 100 - y, displayAlign: 'before' };
}

/** Of a REGION block (W3C WebVTT, 4.3): its anchor lies on a point of the picture. */
function areaOf(region: string): [readonly [number, number], Rows] {
  const value = (name: string): string | undefined =>
    new RegExp(`(?:^|\\s)${name}:(\\S{1,40})`).exec(region)?.[1];
  const pair = (name: string): [number, number] => {
    const [x, y] = (value(name) ?? '0%,100%').split(',').map((part) => Number.parseFloat(part));
    return [within(x), within(y)];
  };
  const width = within(Number.parseFloat(value('width') ?? '100'));
  const height = within(Number.parseFloat(value('lines') ?? '3') * ROW);
  const [anchorX, anchorY] = pair('regionanchor');
  const [x, y] = pair('viewportanchor');
  const place = (at: number, size: number, anchor: number): number =>
    Math.min(100 - size, Math.max(0, at - (size * anchor) / 100));
  return [[place(x, width, anchorX), width], { y: place(y, height, anchorY), height, displayAlign: 'after' }];
}

const within = (value: number | undefined): number =>
  value !== undefined && Number.isFinite(value) ? Math.min(100, Math.max(0, value)) : 0;

const percent = (value: number): string => `${Number(value.toFixed(2))}%`;
