import { fromBase64 } from '../../base/bytes.ts';
import { attributeOf, textOf } from '../../base/xml/read-xml.ts';
import type { XmlNode } from '../../base/xml/xml-node.ts';
import { kidOfText } from '../drm/system-data.ts';
import type { ListedProtection } from '../model/listed-package.ts';
import { childrenOf } from './children.ts';
import { foreignAttribute, type MpdFault } from './values.ts';

/**
 * What protects a Representation: its own ContentProtection elements, then those of its Adaptation Set and of its Period. One that refers to
 * another by @ref has what that says (ISO/IEC 23009-1, 5.8.4.1).
 * @param elements the Representation, its Adaptation Set, its Period
 */
export function readProtection(
  elements: readonly XmlNode[],
  root: XmlNode,
  fault: MpdFault,
): ListedProtection[] {
  const own = elements.flatMap((element) => childrenOf(element, 'ContentProtection'));
  return own.map((element) => protectionOf(element, referred(element, elements, root), fault));
}

/** The element whose @refId an element's @ref names. */
function referred(element: XmlNode, elements: readonly XmlNode[], root: XmlNode): XmlNode | undefined {
  const ref = attributeOf(element, 'ref');
  if (ref === undefined) return undefined;
  const all = [
    ...elements,
    ...childrenOf(root, 'Period'),
    ...childrenOf(root, 'Period').flatMap((one) => childrenOf(one, 'AdaptationSet')),
  ];
  return [root, ...all]
    .flatMap((one) => childrenOf(one, 'ContentProtection'))
    .find((one) => attributeOf(one, 'refId') === ref);
}

function protectionOf(element: XmlNode, source: XmlNode | undefined, fault: MpdFault): ListedProtection {
  const both = source ? [element, source] : [element];
  const attribute = (name: string): string | undefined =>
    both
      .map((one) => attributeOf(one, name) ?? foreignAttribute(one, name))
      .find((value) => value !== undefined);
  const texts = (name: string): string[] =>
    both
      .flatMap((one) => childrenOf(one, name))
      .flatMap((child) => textOf(child) ?? attributeOf(child, 'licenseUrl') ?? []);
  const scheme = attribute('schemeIdUri');
  if (scheme === undefined) fault(element, 'ATTRIBUTE_MISSING', 'has no @schemeIdUri');
  const kids = kidsOf(attribute('default_KID'), element, fault);
  const bytes = (name: string) => texts(name).flatMap((text) => bytesOf(text, name, element, fault) ?? []);
  const [pro] = bytes('pro');
  const licenseUrl = ['Laurl', 'laurl', 'LA_URL'].flatMap(texts)[0];
  return {
    schemeIdUri: (scheme ?? '').toLowerCase(),
    value: attribute('value'),
    defaultKid: kids[0],
    pssh: bytes('pssh'),
    pro,
    ...(kids.length > 1 && { kids }),
    ...(licenseUrl !== undefined && { licenseUrl }),
    ...(element.line !== undefined && { line: element.line }),
  };
}

/** A list of UUIDs, separated by white space. */
function kidsOf(text: string | undefined, element: XmlNode, fault: MpdFault): string[] {
  return (text ?? '').split(/\s+/).flatMap((id) => {
    if (id === '') return [];
    const kid = kidOfText(id);
    const isUuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id);
    if (!isUuid) fault(element, 'KID_SYNTAX', 'has a default_KID that is no UUID');
    return kid ?? [];
  });
}

function bytesOf(text: string, name: string, element: XmlNode, fault: MpdFault): Uint8Array | undefined {
  try {
    return fromBase64(text.replace(/\s+/g, ''));
  } catch {
    fault(element, 'BASE64_SYNTAX', `has a ${name} that is not Base64`);
    return undefined;
  }
}
