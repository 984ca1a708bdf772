import type { BoxNode, BoxTree } from '../inspect/describe/box-tree.ts';
import { type Paint, printableName } from './format.ts';

/** Type and fields stand on one line where it is no longer. */
const LINE = 80;

/** Widths of the columns of offsets and sizes. */
interface Widths {
  readonly offset: number;
  readonly size: number;
}

/** The boxes of a file: offset, size, type, key fields, each as deep as it lies. */
export function boxLines({ boxes }: BoxTree, paint: Paint): string[] {
  const widths = widthsOf(boxes);
  return [
    paint.dim(`${'offset'.padStart(widths.offset)}  ${'size'.padStart(widths.size)}  box`),
    ...boxes.flatMap((node) => nodeLines(node, 0, widths, paint)),
  ];
}

/** The last box of a file begins furthest, and none in another one is larger than that. */
function widthsOf(boxes: readonly BoxNode[]): Widths {
  const shown = boxes.filter((node) => 'offset' in node);
  const widest = (values: readonly number[]) =>
    values.reduce((most, value) => Math.max(most, String(value).length), 6);
  return {
    offset: widest(shown.map(({ offset, size }) => offset + size)),
    size: widest(shown.map(({ size }) => size)),
  };
}

function nodeLines(node: BoxNode, depth: number, widths: Widths, paint: Paint): string[] {
  const gap = ' '.repeat(widths.offset + widths.size + 4 + 2 * depth);
  if ('leftOut' in node) {
    const more = node.leftOut.toLocaleString('en-US');
    return [paint.dim(`${gap}… ${more} more of these (${node.types.map(printableType).join(', ')})`)];
  }
  const { type, offset, size, fields, boxes, damage } = node;
  const place = `${String(offset).padStart(widths.offset)}  ${String(size).padStart(widths.size)}`;
  const told = fields.map(([name, value]) => `${name} ${printableName(value)}`).join(', ');
  const head = `${place}  ${'  '.repeat(depth)}${paint.strong(printableType(type))}`;
  const fits = told !== '' && gap.length + type.length + 2 + told.length <= LINE;
  return [
    fits ? `${head}  ${told}` : head,
    ...(told === '' || fits ? [] : [`${gap}  ${told}`]),
    ...(damage ? [paint.bad(`${gap}  damaged: ${printableName(damage.message)}`)] : []),
    ...boxes.flatMap((child) => nodeLines(child, depth + 1, widths, paint)),
  ];
}

/** A file may call its boxes what it likes. */
const printableType = (type: string): string => type.replace(/[^\x20-\x7e]/g, '?');
