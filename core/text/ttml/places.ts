import type { TtElement } from './elements.ts';
import type { Style } from './style.ts';

/** What lengths of a document are parts of. */
export interface Canvas {
  /** Pixels, where the document says how many it has. */
  readonly width?: number;
  readonly height?: number;
  readonly columns: number;
  readonly rows: number;
}

/** A box on the picture, in percent of it. */
interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const WHOLE: Area = { x: 0, y: 0, width: 100, height: 100 };

export function canvasOf({ attributes }: TtElement): Canvas {
  const pixels = /^\s*([\d.]{1,9})px\s+([\d.]{1,9})px\s*$/.exec(attributes['tts:extent'] ?? '');
  const cells = /^\s*(\d{1,4})\s+(\d{1,4})\s*$/.exec(attributes['ttp:cellResolution'] ?? '');
  return {
    ...(pixels && { width: Number(pixels[1]), height: Number(pixels[2]) }),
    columns: Number(cells?.[1] ?? 32) || 32,
    rows: Number(cells?.[2] ?? 15) || 15,
  };
}

/**
 * Where a paragraph stands, as settings of a cue. A document that says nothing of places leaves them to the player.
 * @param region what the region says, `undefined` where there is none
 */
export function regionSettings(region: Style | undefined, style: Style, canvas: Canvas): string | undefined {
  const align = style['tts:textAlign'];
  if (region === undefined && align === undefined) return undefined;
  const mode = region?.['tts:writingMode'] ?? '';
  const area = region === undefined ? WHOLE : areaOf(region, canvas);
  const displayAlign = region?.['tts:displayAlign'] ?? 'before';
  const isVertical = mode === 'tb' || mode === 'tbrl' || mode === 'tblr';
  const settings = isVertical
    ? verticalSettings(area, displayAlign, align ?? 'start', mode === 'tblr' ? 'lr' : 'rl')
    : [region === undefined ? '' : lineSetting(area, displayAlign), ...sideSettings(area, align ?? 'start')];
  return settings.filter((setting) => setting !== '').join(' ') || undefined;
}

/** Text that runs down: lines stand where columns of others do, in percent from the left (W3C WebVTT, 7.2). */
function verticalSettings(area: Area, displayAlign: string, align: string, growing: 'rl' | 'lr'): string[] {
  const sides = sideSettings({ x: area.y, y: area.x, width: area.height, height: area.width }, align);
  const isAtLeft = displayAlign === (growing === 'lr' ? 'before' : 'after');
  const right = area.x + area.width;
  // The last line at its edge is where cues stand by themselves.
  const isLast = displayAlign === 'after' && (growing === 'lr' ? right >= 100 : area.x === 0);
  const middle = displayAlign === 'center' ? `line:${percent(area.x + area.width / 2)},center` : undefined;
  const line = middle ?? (isAtLeft ? `line:${percent(area.x)}` : `line:${percent(right)},end`);
  return [`vertical:${growing}`, isLast ? '' : line, ...sides];
}

function lineSetting({ y, height }: Area, displayAlign: string): string {
  // At the bottom of the picture is where cues stand by themselves, and make room for each other.
  if (displayAlign === 'after') return y + height >= 100 ? '' : `line:${percent(y + height)},end`;
  if (displayAlign === 'center') return `line:${percent(y + height / 2)},center`;
  return `line:${percent(y)}`;
}

function sideSettings({ x, width }: Area, align: string): string[] {
  const word = ['start', 'center', 'end', 'left', 'right'].includes(align) ? align : 'start';
  const isWhole = x === 0 && width === 100;
  const size = isWhole ? '' : `size:${percent(width)}`;
  const setting = word === 'center' ? '' : `align:${word}`;
  if (isWhole) return [setting];
  const side = { start: 'left', left: 'left', end: 'right', right: 'right' }[word];
  if (side === 'left') return [`position:${percent(x)},line-left`, size, setting];
  if (side === 'right') return [`position:${percent(x + width)},line-right`, size, setting];
  return x + width / 2 === 50 ? [size] : [`position:${percent(x + width / 2)},center`, size];
}

function areaOf(region: Style, canvas: Canvas): Area {
  const [width, height] = lengths(region['tts:extent'], canvas) ?? [100, 100];
  const [x, y] = lengths(region['tts:origin'], canvas) ??
    positionOf(region['tts:position'], [width!, height!], canvas) ?? [0, 0];
  return {
    x: within(x!),
    y: within(y!),
    width: Math.min(within(width!), 100 - within(x!)),
    height: Math.min(within(height!), 100 - within(y!)),
  };
}

/** `tts:position` (TTML2, 10.2.36): words or lengths, or edges with lengths from them; edges may come in either order. */
function positionOf(
  text: string | undefined,
  [width, height]: readonly [number, number],
  canvas: Canvas,
): [number, number] | undefined {
  const words = (text ?? '').trim().split(/\s+/);
  if (words[0] === '' || words.length === 3 || words.length > 4) return undefined;
  const parts = words.length === 4 ? [words.slice(0, 2), words.slice(2)] : words.map((word) => [word]);
  const isDownFirst = /^(?:top|bottom)$/.test(parts[0]![0]!) || /^(?:left|right)$/.test(parts[1]?.[0] ?? '');
  const [across, down] = isDownFirst ? [parts[1], parts[0]] : parts;
  const x = offsetOf(across, 100 - width, canvas.width, canvas.columns);
  const y = offsetOf(down, 100 - height, canvas.height, canvas.rows);
  return x === undefined || y === undefined ? undefined : [x, y];
}

/** @param room what is left of the picture beside the region: percentages are of that, as in CSS */
function offsetOf(
  [edge = 'center', from = '0%']: readonly string[] = [],
  room: number,
  pixels: number | undefined,
  cells: number,
): number | undefined {
  if (edge === 'center') return room / 2;
  const isEdge = /^(?:left|right|top|bottom)$/.test(edge);
  const text = isEdge ? from : edge;
  const value = length(text, pixels, cells);
  if (value === undefined) return undefined;
  const offset = text.endsWith('%') ? (room * value) / 100 : value;
  return edge === 'right' || edge === 'bottom' ? room - offset : offset;
}

/** Two lengths in percent of the picture's sides; `undefined` for `auto` and what cannot be said so. */
function lengths(text: string | undefined, canvas: Canvas): [number, number] | undefined {
  const [first, second, ...more] = (text ?? '').trim().split(/\s+/);
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  const across = length(first, canvas.width, canvas.columns);
  const down = length(second, canvas.height, canvas.rows);
  return across === undefined || down === undefined ? undefined : [across, down];
}

function length(text: string, pixels: number | undefined, cells: number): number | undefined {
  const match = /^\+?(-?\d{1,9}(?:\.\d{1,30})?)(%|px|c|rw|rh)$/.exec(text);
  if (match === null) return undefined;
  const value = Number(match[1]);
  if (match[2] === 'px') return pixels === undefined ? undefined : (value / pixels) * 100;
  return match[2] === 'c' ? (value / cells) * 100 : value;
}

const within = (value: number): number => (Number.isFinite(value) ? Math.min(100, Math.max(0, value)) : 0);

/** Two digits behind the point, as far as they say something. */
const percent = (value: number): string => `${Number(within(value).toFixed(2))}%`;
