import { attributeOf, textOf } from '../../base/xml/read-xml.ts';
import type { XmlNode } from '../../base/xml/xml-node.ts';
import { kindOfCodec, listOf } from '../files/codec-kinds.ts';
import type { ListedRendition } from '../model/listed-package.ts';
import { childrenOf } from './children.ts';
import { inherited, type Values } from './values.ts';

const TRICK_MODE = 'http://dashif.org/guidelines/trickmode';
const TILES =
  /^(?:http:\/\/dashif\.org\/(?:thumbnail_tile|guidelines\/thumbnail_tile)|urn:mpeg:dash:thumbnail_tile:2018)$/;

/** What an MPD says of a Representation, but for where its segments are. */
export type RepresentationFacts = Pick<
  ListedRendition,
  | 'kind'
  | 'mimeType'
  | 'codecs'
  | 'bandwidth'
  | 'width'
  | 'height'
  | 'frameRate'
  | 'channels'
  | 'sampleRate'
  | 'language'
  | 'roles'
  | 'characteristics'
  | 'label'
  | 'independent'
  | 'tiles'
  | 'transfer'
>;

/** @param elements the Representation, then its Adaptation Set */
export function readFacts(elements: readonly XmlNode[], values: Values): RepresentationFacts {
  const text = (name: string): string | undefined => inherited(elements, name);
  const descriptors = (name: string): XmlNode[] => elements.flatMap((element) => childrenOf(element, name));
  const first = <T>(read: (element: XmlNode) => T | undefined): T | undefined => {
    for (const element of elements) {
      const value = read(element);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const essential = descriptors('EssentialProperty');
  const tiles = essential.find((one) => TILES.test(attributeOf(one, 'schemeIdUri') ?? ''));
  const codecs = listOf(text('codecs'));
  const mimeType = text('mimeType');
  const isTrick = essential.some((one) => attributeOf(one, 'schemeIdUri') === TRICK_MODE);
  const type = text('contentType');
  const sap = Number(text('startWithSAP') ?? text('subsegmentStartsWithSAP') ?? 0);
  const valuesOf = (name: string) => descriptors(name).flatMap((one) => attributeOf(one, 'value') ?? []);
  return {
    kind: tiles ? 'image' : isTrick ? 'trick' : kindOf(type, mimeType, codecs),
    mimeType,
    codecs,
    bandwidth: values.integer(elements[0]!, 'bandwidth'),
    width: first((element) => values.integer(element, 'width')),
    height: first((element) => values.integer(element, 'height')),
    frameRate: first((element) => values.frameRate(element, 'frameRate')),
    channels: valuesOf('AudioChannelConfiguration')[0],
    sampleRate: first((element) => values.integer(element, 'audioSamplingRate')),
    language: text('lang'),
    roles: valuesOf('Role'),
    characteristics: valuesOf('Accessibility'),
    label: descriptors('Label').map(textOf)[0],
    independent: sap === 1 || sap === 2,
    tiles: tiles && gridOf(attributeOf(tiles, 'value')),
    ...transferOf([...essential, ...descriptors('SupplementalProperty')]),
  };
}

const KINDS: readonly string[] = ['video', 'audio', 'text', 'image'] satisfies ListedRendition['kind'][];
const isKind = (text: string): text is 'video' | 'audio' | 'text' | 'image' => KINDS.includes(text);

function kindOf(
  contentType: string | undefined,
  mimeType: string | undefined,
  codecs: readonly string[],
): ListedRendition['kind'] {
  if (contentType !== undefined && isKind(contentType)) return contentType;
  const [top = '', sub = ''] = (mimeType ?? '').split(';', 1)[0]!.split('/');
  if (isKind(top)) return top;
  if (sub === 'ttml+xml') return 'text';
  return codecs.map(kindOfCodec).find((kind) => kind !== undefined) ?? 'unknown';
}

/** ISO/IEC 23091-1 names code points of ISO/IEC 23091-2. */
function transferOf(properties: readonly XmlNode[]): Pick<ListedRendition, 'transfer'> {
  const own = properties.find(
    (one) => attributeOf(one, 'schemeIdUri') === 'urn:mpeg:mpegB:cicp:TransferCharacteristics',
  );
  const value = Number(own && attributeOf(own, 'value'));
  return Number.isInteger(value) ? { transfer: value } : {};
}

/** `10x10` */
function gridOf(text: string | undefined): ListedRendition['tiles'] {
  const [, columns, rows] = /^(\d{1,4})x(\d{1,4})$/.exec(text ?? '') ?? [];
  return columns === undefined ? undefined : { columns: Number(columns), rows: Number(rows) };
}
