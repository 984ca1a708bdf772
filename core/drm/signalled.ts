import { toHex, view } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { isPrintable, isQuotable } from '../base/printable.ts';
import { writeXml } from '../base/xml/write-xml.ts';
import type { XmlNode } from '../base/xml/xml-node.ts';
import type { ContentKey } from '../keys/content-key.ts';
import { revealsKey } from '../keys/revealed-key.ts';
import type { SystemSignalling } from '../keys/signalling.ts';
import { contentProtection, psshElement } from './content-protection.ts';
import { firstKey, hlsMethod } from './context.ts';
import type { DrmContext, DrmSystem, HlsKey } from './drm-system.ts';
import { type KeyLine, parseKeyLine } from './key-line.ts';
import { requireOwnKey } from './named-keys.ts';
import { parseProtectionXml } from './protection-xml.ts';

/** A DRM system of which it only turns out with the key what it has to say. */
export interface SignalledSystem {
  readonly name: string;
  readonly systemId?: string;
  pssh?(context: DrmContext): readonly Uint8Array[];
  contentProtection?(context: DrmContext): XmlNode | undefined;
  /**
   * Which of several keys go into one descriptor of an MPD. A key of which its source says how to signal it has one for itself:
   * players read one `cenc:pssh` in each. @default all
   */
  together?(keys: readonly ContentKey[]): readonly (readonly ContentKey[])[];
  hlsKey?(context: DrmContext): HlsKey | undefined;
}

/**
 * The same system, but what the key's own source signals (`ContentKey.signalling`) comes before what the system would
 * build. A system with a name and an id alone says what the server says, and otherwise nothing.
 */
export function withSignalling(system: DrmSystem): SignalledSystem {
  return withoutKey(system, system.systemId === undefined ? system : signalled(system, system.systemId));
}

/** What was looked through and did not hold the key: all renditions of a title say the same. */
const harmless = new WeakMap<ContentKey, Set<string>>();

function saysKey(said: string | Uint8Array, key: ContentKey): boolean {
  const text = typeof said === 'string' ? said : view(said).toString('latin1');
  const known = harmless.get(key) ?? new Set();
  if (known.has(text)) return false;
  if (revealsKey(said, key.reveal())) return true;
  harmless.set(key, known.add(text));
  return false;
}

/** The same system, but nothing that it says may hold the content key, or break a playlist. */
function withoutKey({ name, mayRevealKey }: DrmSystem, system: SignalledSystem): SignalledSystem {
  const refuse = ({ keys }: DrmContext, text: string | Uint8Array | undefined): void => {
    if (text === undefined || mayRevealKey) return;
    const revealed = keys.find((key) => saysKey(text, key));
    if (!revealed) return;
    const [first, ...rest] = revealed.reveal();
    // Read from another character on, Base64 of a key id of equal bytes has other equal bytes: nobody can say which it is.
    if (rest.every((byte) => byte === first)) {
      throw fail.invalidKey(
        `The content key is one byte, sixteen times: what ${name} tells players looks as if it held that.`,
        'Use 16 bytes from a random source, as key and as key id.',
      );
    }
    throw fail.invalidOption(
      `What ${name} would tell players holds the content key itself.`,
      'Change the key, and look for it among the options: an address or a name must not have it.',
    );
  };
  return {
    name,
    ...(system.systemId !== undefined && { systemId: system.systemId }),
    together: (keys) => system.together?.(keys) ?? [keys],
    pssh(context) {
      const boxes = system.pssh?.(context) ?? [];
      for (const box of boxes) refuse(context, box);
      return boxes;
    },
    contentProtection(context) {
      const element = system.contentProtection?.(context);
      refuse(context, element && writeXml(element));
      return element;
    },
    hlsKey(context) {
      const line = system.hlsKey?.(context);
      for (const text of line ? textsOf(line) : []) {
        refuse(context, text);
        if (isPrintable(text)) continue;
        throw fail.invalidOption(`${name}: a key line for HLS would have a control character in it.`);
      }
      if (line) checkAttributes(line);
      return line;
    },
  };
}

/** What goes between quotes, which have no escapes; CPC labels between commas and slashes too (RFC 8216bis, 4.4.6.2). */
function checkAttributes({ uri, keyFormat = '', keyFormatVersions = '', allowedCpc = [] }: HlsKey): void {
  if (![uri, keyFormat, keyFormatVersions].every(isQuotable)) {
    throw fail.invalidOption('A playlist attribute has a quote, a line break or a control character in it.');
  }
  if (allowedCpc.every((label) => /^[^\s",:/]+$/.test(label))) return;
  throw fail.keyDocument('a label for ALLOWED-CPC of HLS has a character that would end it.');
}

const textsOf = ({ uri, keyFormat = '', keyFormatVersions = '', given }: HlsKey): string[] => [
  uri,
  keyFormat,
  keyFormatVersions,
  ...(given ? [given.media, given.session] : []),
];

/** A system of which the key's source may know what it says. */
function signalled(system: DrmSystem, systemId: string): SignalledSystem {
  const { name } = system;
  const known = new WeakMap<ContentKey, SystemSignalling>();
  const givenFor = (key: ContentKey): SystemSignalling => {
    const given = known.get(key) ?? key.signalling?.[systemId] ?? {};
    if (!known.has(key)) requireOwnKey(name, systemId, given, key);
    known.set(key, given);
    return given;
  };
  /** The context, with the server's box for the one key that is signalled. */
  const boxed = (context: DrmContext): DrmContext => {
    const { pssh } = givenFor(firstKey(context));
    return context.keys.length === 1 && pssh ? { ...context, pssh } : context;
  };
  /** Where nobody but the server knows what to say, it has to have said one of these. */
  const demand = ({ signalling }: ContentKey, given: readonly (string | Uint8Array | undefined)[]): void => {
    if (!system.fromServer || given.some((value) => value !== undefined)) return;
    const hint = `Let a key server that knows ${name} (${systemId}) give its PSSH, or leave ${name} out of \`systems\`.`;
    throw signalling
      ? fail.keyDocument(
          `it does not say what players of ${name} are to be told, and nobody else knows.`,
          hint,
        )
      : fail.invalidOption(`Only its key server knows what players of ${name} are to be told.`, hint);
  };
  return {
    name,
    systemId,
    pssh(context) {
      for (const key of context.keys) demand(key, Object.values(givenFor(key)));
      const given = context.keys.flatMap((key) => givenFor(key).pssh ?? []);
      const rest = context.keys.filter((key) => givenFor(key).pssh === undefined);
      const built = rest.length > 0 ? (system.pssh?.({ ...context, keys: rest }) ?? []) : [];
      return [...given, ...built];
    },
    together(keys) {
      const isGiven = (key: ContentKey): boolean => {
        const { contentProtection: given, pssh } = givenFor(key);
        return given !== undefined || pssh !== undefined;
      };
      const rest = keys.filter((key) => !isGiven(key));
      return [...keys.filter(isGiven).map((key) => [key]), ...(rest.length > 0 ? [rest] : [])];
    },
    contentProtection(context) {
      const { contentProtection: given, pssh } = givenFor(firstKey(context));
      demand(firstKey(context), [given, pssh]);
      const own = system.contentProtection?.(boxed(context));
      if (given !== undefined) {
        const children = parseProtectionXml(given);
        return own ? { ...own, children } : contentProtection(systemId, undefined, children);
      }
      return own ?? (pssh && contentProtection(systemId, undefined, [psshElement(pssh)]));
    },
    hlsKey(context) {
      const key = firstKey(context);
      const given = givenFor(key);
      demand(key, [given.hlsMedia, given.hlsMaster, given.uri, given.pssh]);
      const { allowedCpc } = given;
      const withCpc = (line: HlsKey): HlsKey => ({ ...line, ...(allowedCpc && { allowedCpc }) });
      const line = keyFromLines(given, context);
      if (line) return withCpc(line);
      if (given.uri !== undefined) return withCpc(keyFromUri(given, system, systemId, context));
      if (system.uriFromServer && key.signalling) {
        throw fail.keyDocument(
          `it has no key URI for ${name}, and only its server knows what that would be.`,
          `Let the key server answer with HLSSignalingData or URIExtXKey for ${name}.`,
        );
      }
      const own = system.hlsKey?.(boxed(context));
      return own && withCpc(own);
    },
  };
}

function keyFromLines({ hlsMedia, hlsMaster }: SystemSignalling, context: DrmContext): HlsKey | undefined {
  const text = hlsMedia ?? hlsMaster;
  if (text === undefined) return undefined;
  const media = parseKeyLine(text);
  const session = hlsMaster === undefined ? media : parseKeyLine(hlsMaster);
  const missing = [media, session].map((line) => missingIv(line, context));
  return {
    ...media.key,
    given: { media: media.attributes + missing[0], session: session.attributes + missing[1] },
  };
}

/** Check a line against what is encrypted. Where clients would take the segment's number, the key's IV is added. */
function missingIv({ key }: KeyLine, context: DrmContext): string {
  const { iv: own } = firstKey(context);
  if (key.method !== hlsMethod(context)) {
    throw fail.keyDocument(
      `a key line for HLS says ${key.method}, but this mode encrypts with ${hlsMethod(context)}.`,
    );
  }
  if (key.iv && own && toHex(key.iv) !== toHex(own)) {
    throw fail.keyDocument('a key line for HLS has another IV than the key.');
  }
  return takesNumber(key) && !key.iv && own ? `,IV=0x${toHex(own)}` : '';
}

/** Whether clients take the segment's number for an IV that is not said (RFC 8216, 5.2), where we encrypt with the key's IV. */
const takesNumber = ({ method, keyFormat = 'identity' }: Pick<HlsKey, 'method' | 'keyFormat'>): boolean =>
  method === 'AES-128' || keyFormat === 'identity';

function keyFromUri(
  { uri = '', keyFormat, keyFormatVersions }: SystemSignalling,
  system: DrmSystem,
  systemId: string,
  context: DrmContext,
): HlsKey {
  const built = system.hlsKey?.(context) ?? {
    method: hlsMethod(context),
    keyFormat: `urn:uuid:${systemId}`,
    keyFormatVersions: '1',
  };
  const key: HlsKey = {
    ...built,
    uri,
    ...(keyFormat !== undefined && { keyFormat }),
    ...(keyFormatVersions !== undefined && { keyFormatVersions }),
  };
  const { iv } = firstKey(context);
  return takesNumber(key) && !key.iv && iv ? { ...key, iv } : key;
}
