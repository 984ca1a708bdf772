import { type XmlNode, xml } from '../../base/xml/xml-node.ts';
import { formatTime } from '../clock-times.ts';
import { LATEST } from '../cue-list.ts';
import type { TtmlBlock, TtmlDocument, TtmlParagraph } from './document.ts';

/** A block that is put together again. */
interface OpenBlock {
  readonly block: TtmlBlock;
  readonly children: (XmlNode | OpenBlock)[];
}

/** A document of the same head and of some paragraphs, in the blocks that they were in. */
export function partOf({ root }: TtmlDocument, paragraphs: readonly TtmlParagraph[]): XmlNode {
  const top: (XmlNode | OpenBlock)[] = [];
  const opened = new Map<TtmlBlock, OpenBlock>();
  const childrenOf = (block: TtmlBlock | undefined): (XmlNode | OpenBlock)[] => {
    if (block === undefined) return top;
    let open = opened.get(block);
    if (open === undefined) {
      open = { block, children: [] };
      opened.set(block, open);
      childrenOf(block.parent).push(open);
    }
    return open.children;
  };
  const inOrder = paragraphs.toSorted((a, b) => a.order - b.order);
  for (const paragraph of inOrder) childrenOf(paragraph.block).push(timed(paragraph));
  return { ...root, children: [...root.children, ...top.map(closed)] };
}

const closed = (node: XmlNode | OpenBlock): XmlNode =>
  'block' in node ? xml(node.block.name, node.block.attributes, node.children.map(closed)) : node;

const timed = ({ start, end, node }: TtmlParagraph): XmlNode => ({
  ...node,
  attributes: {
    ...node.attributes,
    begin: formatTime(start),
    end: end >= LATEST ? undefined : formatTime(end),
  },
});
