import { type XmlNode, xml } from '../../base/xml/xml-node.ts';
import { cueRegion } from './cue-region.ts';

/**
 * A document that has no region is given one: where players show text of which nothing else is said, at the foot of the picture. They
 * would not agree by themselves: the root container is the region then (TTML2, 9.3.1), of which shaka-player shows nothing.
 */
export function withRegion(root: XmlNode): XmlNode {
  const body = root.children.find((one) => isElement(one) && localName(one) === 'body');
  if (body === undefined || speaksOfRegions(root)) return root;
  const prefix = root.name.includes(':') ? `${root.name.split(':')[0]}:` : '';
  const region = xml(`${prefix}region`, {
    'xmlns:tts': 'http://www.w3.org/ns/ttml#styling',
    'xml:id': REGION,
    ...cueRegion(undefined, []),
  });
  const layout = xml(`${prefix}layout`, {}, region);
  const elements = root.children.filter(isElement);
  const head = elements.find((one) => localName(one) === 'head') ?? xml(`${prefix}head`, {});
  const others = elements.filter((one) => localName(one) !== 'head');
  return {
    ...root,
    children: [
      // An empty layout would be a second one.
      { ...head, children: [...head.children.filter((one) => !isLayout(one)), layout] },
      ...others.map((one) =>
        one === body ? { ...one, attributes: { ...one.attributes, region: REGION } } : one,
      ),
    ],
  };
}

const REGION = 'sealpack-region';

type Child = XmlNode['children'][number];

const isElement = (child: Child): child is XmlNode => typeof child === 'object';

const isLayout = (child: Child): boolean => isElement(child) && localName(child) === 'layout';

const localName = ({ name }: XmlNode): string => name.slice(name.indexOf(':') + 1);

const speaksOfRegions = (node: XmlNode): boolean =>
  localName(node) === 'region' ||
  node.attributes['region'] !== undefined ||
  node.children.some((child) => isElement(child) && speaksOfRegions(child));
