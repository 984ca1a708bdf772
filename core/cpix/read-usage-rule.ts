import { fail } from '../base/errors.ts';
import { attributeOf, localName } from '../base/xml/read-xml.ts';
import type { XmlNode } from '../base/xml/xml-node.ts';
import type { UsageFilter, UsageRule } from './usage-rules.ts';
import { uuidValue } from './values.ts';

/** A `ContentKeyUsageRule` element. A filter, or an attribute of one, that is not known makes an `unknown` filter. */
export function readUsageRule(node: XmlNode): UsageRule {
  const elements = node.children.filter((child) => typeof child !== 'string');
  return {
    kid: uuidValue('The key id of a usage rule', attributeOf(node, 'kid')),
    trackType: attributeOf(node, 'intendedTrackType'),
    filters: elements.map(readFilter),
  };
}

const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  VideoFilter: ['minPixels', 'maxPixels', 'minFps', 'maxFps', 'hdr', 'wcg'],
  AudioFilter: ['minChannels', 'maxChannels'],
  BitrateFilter: ['minBitrate', 'maxBitrate'],
  LabelFilter: ['label'],
  KeyPeriodFilter: ['periodId'],
};

function readFilter(node: XmlNode): UsageFilter {
  const name = localName(node);
  const known = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name]! : undefined;
  if (known === undefined) return { type: 'unknown', name };
  const strange = Object.keys(node.attributes).find(
    (attribute) => !known.includes(attribute) && !/^xmlns(:|$)/.test(attribute),
  );
  if (strange !== undefined) return { type: 'unknown', name: `${name}@${strange}` };
  const bound = (attribute: string) => numberOf(node, attribute);
  switch (name) {
    case 'VideoFilter':
      return {
        ...{ type: 'video', minPixels: bound('minPixels'), maxPixels: bound('maxPixels') },
        ...{ minFps: bound('minFps'), maxFps: bound('maxFps') },
        ...{ hdr: flagOf(node, 'hdr'), wcg: flagOf(node, 'wcg') },
      };
    case 'AudioFilter':
      return { type: 'audio', minChannels: bound('minChannels'), maxChannels: bound('maxChannels') };
    case 'BitrateFilter':
      return { type: 'bitrate', minBitrate: bound('minBitrate'), maxBitrate: bound('maxBitrate') };
    case 'LabelFilter':
      return { type: 'label', label: attributeOf(node, 'label') ?? '' };
    default:
      return { type: 'period', periodId: attributeOf(node, 'periodId') ?? '' };
  }
}

function numberOf(node: XmlNode, attribute: string): number | undefined {
  const text = attributeOf(node, attribute);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}(\.\d{1,9})?$/.test(text)) throw badAttribute(node, attribute, 'number');
  return Number(text);
}

function flagOf(node: XmlNode, attribute: string): boolean | undefined {
  const text = attributeOf(node, attribute);
  if (text === undefined) return undefined;
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw badAttribute(node, attribute, 'boolean');
}

const badAttribute = (node: XmlNode, attribute: string, type: string) =>
  fail.keyDocument(`${localName(node)}@${attribute} of a usage rule is not a ${type}.`);
