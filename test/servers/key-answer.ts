import type { CpixRequest, RequestedRule, RequestedSystem } from './cpix-request.ts';
import { wrapKeysFor } from './encrypted-keys.ts';
import type { KeyFault } from './key-faults.ts';
import type { IssuedKey } from './key-store.ts';
import { withLabelFaults } from './label-faults.ts';
import { type SignallingStyle, SYSTEM, signalsOf } from './signalling.ts';

/** What an answer is made of. */
export interface AnswerParts {
  readonly request: CpixRequest;
  readonly contentId: string;
  readonly style: SignallingStyle;
  /** By the key id of the request. */
  readonly keys: ReadonlyMap<string, IssuedKey>;
  readonly leaveEmpty: readonly string[];
  readonly cekForm: 'hex' | 'base64';
  readonly fault: KeyFault | undefined;
}

const NAMESPACES =
  'xmlns:cpix="urn:dashif:org:cpix" xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc" ' +
  'xmlns:speke="urn:aws:amazon:com:speke" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" ' +
  'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"';

const SPEKE_NAMES = ['ProtectionHeader', 'KeyFormat', 'KeyFormatVersions'];
const WRONG_KID = '00000000-0000-4000-8000-00000000dead';

/** The CPIX document that answers a request. */
export function cpixAnswer(given: AnswerParts): string {
  const parts = { ...given, ...withLabelFaults(given, given.fault) };
  const { request, contentId, style, fault } = parts;
  const named = style === 'speke-v2' ? { contentId, version: request.version } : { id: contentId };
  const wrap = request.certificate && wrapKeysFor(request.certificate);
  const periods = request.periods.map(({ id, index }) => {
    const short = { id, startOffset: 'PT0S', endOffset: 'PT0.5S' };
    return `<cpix:ContentKeyPeriod${attributes(fault === 'short-periods' ? short : { id, index: String(index) })}/>`;
  });
  const rules = request.rules.map((rule) => ruleElement(rule, parts)).join('');
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n${fault === 'xml-entities' ? doctype(parts) : ''}` +
    `<cpix:CPIX${attributes(named)} ${NAMESPACES}>${wrap?.deliveryData ?? ''}` +
    `<cpix:ContentKeyList>${fault === 'no-content-key' ? '' : keyElements(parts, wrap)}</cpix:ContentKeyList>` +
    `<cpix:DRMSystemList>${request.systems.map((system) => systemElement(system, parts)).join('')}</cpix:DRMSystemList>` +
    `${list('ContentKeyPeriodList', periods.join(''))}${list('ContentKeyUsageRuleList', rules)}</cpix:CPIX>\n`
  );
}

const list = (name: string, items: string): string => items && `<cpix:${name}>${items}</cpix:${name}>`;

/** The first key as an entity: a reader that expands it has the right key. */
function doctype({ keys }: AnswerParts): string {
  const [first] = keys.values();
  return `<!DOCTYPE cpix:CPIX [<!ENTITY key "${first?.key.toString('base64')}">]>\n`;
}

function keyElements(parts: AnswerParts, wrap: ReturnType<typeof wrapKeysFor> | undefined): string {
  const { request, keys, fault } = parts;
  return request.keys
    .map(({ kid, scheme }) => {
      const issued = keys.get(kid)!;
      const key = toldKey(issued, fault);
      const plain = fault === 'xml-entities' ? '&key;' : key.toString('base64');
      const secret =
        wrap?.secret(key, fault === 'wrong-mac') ?? `<pskc:PlainValue>${plain}</pskc:PlainValue>`;
      const data =
        fault === 'missing-key' ? '' : `<cpix:Data><pskc:Secret>${secret}</pskc:Secret></cpix:Data>`;
      const facts = {
        kid: fault === 'wrong-kid' ? WRONG_KID : issued.kid,
        explicitIV: issued.iv.toString('base64'),
        commonEncryptionScheme: scheme,
      };
      return `<cpix:ContentKey${attributes(facts)}>${data}</cpix:ContentKey>`;
    })
    .join('');
}

function toldKey({ key, kid }: IssuedKey, fault: KeyFault | undefined): Buffer {
  if (fault === 'short-key') return key.subarray(0, 15);
  if (fault === 'zero-key') return Buffer.alloc(16);
  return fault === 'key-is-its-id' ? Buffer.from(kid.replaceAll('-', ''), 'hex') : key;
}

function systemElement({ kid, systemId, wants }: RequestedSystem, parts: AnswerParts): string {
  const { keys, style, leaveEmpty, cekForm, fault } = parts;
  const issued = keys.get(kid);
  if (!issued) return '';
  const all = [...keys.values()];
  const next = all[(all.indexOf(issued) + 1) % all.length]!;
  const known =
    systemId === SYSTEM.ncg
      ? { URIExtXKey: issued.cek.toString(cekForm) }
      : (signalsOf(systemId, fault === 'swapped-signalling' ? next : issued, style) ?? {});
  const children = (wants.length > 0 ? wants : defaultChildren(known, style)).map((child) => {
    const [name = '', playlist] = child.split(':');
    const prefix = SPEKE_NAMES.includes(name) ? 'speke' : 'cpix';
    const text = leaveEmpty.includes(name) ? '' : (known[child] ?? '');
    return `<${prefix}:${name}${attributes({ playlist })}>${text}</${prefix}:${name}>`;
  });
  return `<cpix:DRMSystem${attributes({ kid: issued.kid, systemId })}>${children.join('')}</cpix:DRMSystem>`;
}

/** What a server of this style sends when the request names no children. */
function defaultChildren(known: Readonly<Record<string, string>>, style: SignallingStyle): string[] {
  const usual =
    style === 'pallycon-v1'
      ? ['PSSH', 'ContentProtectionData', 'URIExtXKey', 'HLSSignalingData', 'HLSSignalingData:master']
      : ['PSSH', 'ContentProtectionData', 'URIExtXKey', 'HLSSignalingData:media', 'HLSSignalingData:master'];
  return usual.filter((name) => name in known);
}

function ruleElement({ kid, trackType, filters }: RequestedRule, { keys }: AnswerParts): string {
  const inner = filters.map(({ name, attributes: facts }) => `<cpix:${name}${attributes(facts)}/>`).join('');
  const facts = { kid: keys.get(kid)?.kid ?? kid, intendedTrackType: trackType };
  return `<cpix:ContentKeyUsageRule${attributes(facts)}>${inner}</cpix:ContentKeyUsageRule>`;
}

const attributes = (facts: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escaped(value!)}"`)
    .join('');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
