import { XMLParser } from 'fast-xml-parser';

/** What a CPIX request asks for, as plain data. */
export interface CpixRequest {
  readonly id: string | undefined;
  readonly contentId: string | undefined;
  readonly version: string | undefined;
  readonly keys: readonly { readonly kid: string; readonly scheme: string | undefined }[];
  readonly systems: readonly RequestedSystem[];
  readonly rules: readonly RequestedRule[];
  /** Crypto periods that keys are asked for. */
  readonly periods: readonly { readonly id: string; readonly index: number }[];
  /** DER of the certificate that the answer's keys shall be encrypted for. */
  readonly certificate: Buffer | undefined;
}

export interface RequestedSystem {
  readonly kid: string;
  /** Lower case. */
  readonly systemId: string;
  /** Names of the empty children, `HLSSignalingData` with its playlist: `HLSSignalingData:media`. */
  readonly wants: readonly string[];
}

export interface RequestedRule {
  readonly kid: string;
  readonly trackType: string | undefined;
  readonly filters: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, string>>;
  }[];
}

/** Thrown for a request that the server would not answer; the words go to the client. */
export class BadRequest extends Error {}

type Node = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  parseTagValue: false,
  processEntities: false,
});

/** Read a request body. @throws BadRequest */
export function readCpixRequest(body: string): CpixRequest {
  if (!body.includes('"urn:dashif:org:cpix"')) throw new BadRequest('not a CPIX document');
  const root = elements(parse(body)).find(({ name }) => name === 'CPIX');
  if (!root) throw new BadRequest('no CPIX element');
  const list = (name: string, item: string): Element[] =>
    root.children
      .filter((child) => child.name === name)
      .flatMap(({ children }) => children)
      .filter((child) => child.name === item);

  const certificate = list('DeliveryDataList', 'DeliveryData')
    .flatMap((delivery) => descendants(delivery))
    .find(({ name }) => name === 'X509Certificate');
  return {
    id: root.attributes['id'],
    contentId: root.attributes['contentId'],
    version: root.attributes['version'],
    keys: list('ContentKeyList', 'ContentKey').map(({ attributes }) => ({
      kid: uuid(attributes['kid']),
      scheme: attributes['commonEncryptionScheme'],
    })),
    systems: list('DRMSystemList', 'DRMSystem').map(({ attributes, children }) => ({
      kid: uuid(attributes['kid']),
      systemId: uuid(attributes['systemId']),
      wants: children.map(({ name, attributes: { playlist } }) => (playlist ? `${name}:${playlist}` : name)),
    })),
    rules: list('ContentKeyUsageRuleList', 'ContentKeyUsageRule').map(({ attributes, children }) => ({
      kid: uuid(attributes['kid']),
      trackType: attributes['intendedTrackType'],
      filters: children.map(({ name, attributes }) => ({ name, attributes })),
    })),
    periods: list('ContentKeyPeriodList', 'ContentKeyPeriod').map(({ attributes: { id, index } }) => {
      if (!id || !/^\d+$/.test(index ?? '')) throw new BadRequest('a ContentKeyPeriod without id or index');
      return { id, index: Number(index) };
    }),
    certificate: certificate && Buffer.from(certificate.text, 'base64'),
  };
}

function parse(body: string): Node[] {
  try {
    return parser.parse(body, true) as Node[];
  } catch {
    throw new BadRequest('not well-formed XML');
  }
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

function elements(nodes: readonly Node[]): Element[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ':@' && key !== '#text');
    if (name === undefined) return [];
    const inner = node[name] as Node[];
    return [
      {
        name,
        attributes: (node[':@'] ?? {}) as Record<string, string>,
        children: elements(inner),
        text: inner.map((child) => String(child['#text'] ?? '')).join(''),
      },
    ];
  });
}

const descendants = (element: Element): Element[] => [element, ...element.children.flatMap(descendants)];

function uuid(text: string | undefined): string {
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text ?? '')) throw new BadRequest('not a UUID');
  return text!.toLowerCase();
}
