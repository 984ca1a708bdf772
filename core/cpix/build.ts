import { writeXml } from '../base/xml/write-xml.ts';
import { type XmlNode, xml } from '../base/xml/xml-node.ts';
import { type LabelUse, labelUses } from '../keys/label-uses.ts';

/** What a request asks for. */
export interface CpixRequest {
  readonly contentId: string;
  /** One key for each label; the key ids are proposals, which a server may replace. */
  readonly keys: readonly RequestedKey[];
  /** How the content will be encrypted: `cenc`, `cbcs`, `aes-128`, or a mode's own word. */
  readonly scheme: string;
  readonly systems: readonly WantedSystem[];
  /** Crypto period; from 1 on the request names it (key rotation), the first where `rotates` says so. */
  readonly period: number;
  /** Whether the title has several crypto periods, of which the first is one that the server counts. @default false */
  readonly rotates?: boolean | undefined;
  /** DER: the server is to encrypt the keys for it. */
  readonly certificate?: Uint8Array | undefined;
}

/** A key that is asked for. */
export interface RequestedKey {
  readonly kid: string;
  readonly label: string;
  /** What the label is for. @default what its name says */
  readonly use?: LabelUse | undefined;
}

/** A DRM system whose signalling is asked for. */
export interface WantedSystem {
  /** UUID in lower case. */
  readonly systemId: string;
  /** Where its signalling will go: MP4 and MPD, or playlists. */
  readonly mp4: boolean;
  readonly hls: boolean;
}

/** How a dialect writes its requests. */
export interface RequestFlavour {
  /** The attribute of the root that holds the content id: `id` before CPIX 2.3. */
  readonly contentId: 'id' | 'contentId';
  /** `version` of the root. */
  readonly version?: '2.3' | '2.4';
  /** What `commonEncryptionScheme` calls a scheme; `undefined`: the attribute is left out. */
  scheme?(scheme: string): string | undefined;
  /** Empty children of `DRMSystem` to be filled in, by where the signalling goes. */
  readonly mp4Elements: readonly XmlNode[];
  readonly hlsElements: readonly XmlNode[];
  /** The usage rule for a label, and what that is for; without it requests have no rules but those of periods. */
  usageRule?(
    label: string,
    use: LabelUse,
  ): { readonly trackType: string; readonly filters: readonly XmlNode[] };
  /** False: keys are not tied to their crypto period by rules; the request has no other period. @default true */
  readonly periodRules?: boolean;
  /** @default false */
  readonly upperCaseSystemIds?: boolean;
  /** Namespaces besides CPIX and PSKC, by prefix. */
  readonly namespaces?: Readonly<Record<string, string>>;
}

/** An element of CPIX without content. */
export const empty = (name: string, attributes: XmlNode['attributes'] = {}): XmlNode =>
  xml(`cpix:${name}`, attributes);

/** A CPIX request document (DASH-IF CPIX 2.3, 5): what is left empty, the server fills in. */
export function buildRequest(request: CpixRequest, flavour: RequestFlavour): string {
  const { contentId, keys, scheme, certificate, period } = request;
  const namespaces = { cpix: 'urn:dashif:org:cpix', pskc: 'urn:ietf:params:xml:ns:keyprov:pskc' };
  const declared = Object.entries({ ...namespaces, ...flavour.namespaces });
  const list = (name: string, items: readonly XmlNode[]) =>
    items.length === 0 ? [] : [xml(`cpix:${name}`, {}, ...items)];
  const periodId = `keyPeriod_${keys[0]?.kid ?? ''}`;
  const namesPeriod = period > 0 || request.rotates === true;
  const ruledPeriod = namesPeriod && flavour.periodRules !== false ? periodId : undefined;
  const uses = labelUses(keys.map(({ label }) => label));
  const document = xml(
    'cpix:CPIX',
    {
      ...Object.fromEntries(declared.map(([prefix, uri]) => [`xmlns:${prefix}`, uri])),
      [flavour.contentId]: contentId,
      version: flavour.version,
    },
    ...list('DeliveryDataList', certificate ? [deliveryData(certificate)] : []),
    ...list(
      'ContentKeyList',
      keys.map(({ kid }) => empty('ContentKey', { kid, commonEncryptionScheme: flavour.scheme?.(scheme) })),
    ),
    ...list(
      'DRMSystemList',
      keys.flatMap(({ kid }) => request.systems.map((system) => drmSystem(kid, system, flavour))),
    ),
    ...list(
      'ContentKeyPeriodList',
      namesPeriod ? [empty('ContentKeyPeriod', { id: periodId, index: period })] : [],
    ),
    ...list(
      'ContentKeyUsageRuleList',
      keys.flatMap((key, index) =>
        usageRules({ ...key, use: key.use ?? uses[index]! }, flavour, ruledPeriod),
      ),
    ),
  );
  return writeXml(document);
}

function drmSystem(kid: string, { systemId, mp4, hls }: WantedSystem, flavour: RequestFlavour): XmlNode {
  const { mp4Elements, hlsElements, upperCaseSystemIds = false } = flavour;
  return xml(
    'cpix:DRMSystem',
    { kid, systemId: upperCaseSystemIds ? systemId.toUpperCase() : systemId },
    ...(mp4 ? mp4Elements : []),
    ...(hls ? hlsElements : []),
  );
}

function usageRules(
  { kid, label, use }: RequestedKey & { readonly use: LabelUse },
  { usageRule }: RequestFlavour,
  periodId: string | undefined,
): XmlNode[] {
  const rule = usageRule?.(label, use);
  const period = periodId === undefined ? [] : [empty('KeyPeriodFilter', { periodId })];
  if (rule === undefined && period.length === 0) return [];
  const attributes = { kid, intendedTrackType: rule?.trackType };
  return [xml('cpix:ContentKeyUsageRule', attributes, ...period, ...(rule?.filters ?? []))];
}

/** For whom the keys are to be encrypted: the server answers with a document key for this certificate. */
function deliveryData(certificate: Uint8Array): XmlNode {
  const der = Buffer.from(certificate).toString('base64');
  const ds = { 'xmlns:ds': 'http://www.w3.org/2000/09/xmldsig#' };
  return xml(
    'cpix:DeliveryData',
    {},
    xml('cpix:DeliveryKey', {}, xml('ds:X509Data', ds, xml('ds:X509Certificate', {}, der))),
  );
}
