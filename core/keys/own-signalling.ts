import { fail } from '../base/errors.ts';
import { revealsKey } from './revealed-key.ts';
import { HDCP_LEVELS, type HdcpLevel, type KeySignalling, type SystemSignalling } from './signalling.ts';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

const TEXTS = [
  'contentProtection',
  'hlsMedia',
  'hlsMaster',
  'uri',
  'keyFormat',
  'keyFormatVersions',
] as const satisfies readonly (keyof SystemSignalling)[];

/**
 * What a source says to players of a key, with ids of systems in lower case, by which it is looked up. A plugin in JavaScript may
 * have answered anything. It goes out in clear.
 * @param key the secret, which it must not hold
 * @throws PackagerError KEY_DOCUMENT for another shape, and when players are to be told the key itself
 */
export function ownSignalling(
  signalling: KeySignalling | undefined,
  key: Uint8Array,
): KeySignalling | undefined {
  if (signalling === undefined) return undefined;
  if (!isRecord(signalling)) throw misshapen('it is no object of DRM systems');
  const own = new Map<string, SystemSignalling>();
  for (const [name, system] of Object.entries(signalling)) {
    const systemId = name.toLowerCase();
    if (!UUID.test(systemId)) throw misshapen('a system is named by something else than a UUID');
    if (own.has(systemId)) throw misshapen(`the system ${systemId} is there twice`);
    checkSystem(systemId, system);
    if (revealsAny(system, key)) {
      throw fail.keyDocument(
        `what it tells players of the DRM system ${systemId} holds the content key itself.`,
        'Change the key: whoever saw the document has it. Let the key server signal key ids, never keys.',
      );
    }
    own.set(systemId, system);
  }
  return Object.fromEntries(own);
}

/** What outputs need at least. @throws PackagerError KEY_DOCUMENT for another word: it would stand in playlists, or be passed over */
export function ownHdcpLevel(level: HdcpLevel | undefined): HdcpLevel | undefined {
  if (level === undefined || HDCP_LEVELS.includes(level)) return level;
  throw fail.keyDocument(
    `its HDCP level is none of ${HDCP_LEVELS.join(', ')}.`,
    'Let the key source give one of these as `hdcpLevel`, or none.',
  );
}

function checkSystem(systemId: string, system: SystemSignalling): void {
  if (!isRecord(system)) throw misshapen(`that of ${systemId} is no object`);
  const { pssh, allowedCpc } = system;
  if (pssh !== undefined && !(pssh instanceof Uint8Array))
    throw misshapen(`\`pssh\` of ${systemId} is no bytes`);
  const other = TEXTS.find((name) => system[name] !== undefined && typeof system[name] !== 'string');
  if (other) throw misshapen(`\`${other}\` of ${systemId} is no text`);
  const isList = Array.isArray(allowedCpc) && allowedCpc.every((label) => typeof label === 'string');
  if (allowedCpc !== undefined && !isList)
    throw misshapen(`\`allowedCpc\` of ${systemId} is no list of texts`);
}

function revealsAny(system: SystemSignalling, key: Uint8Array): boolean {
  const said: readonly (string | Uint8Array | undefined)[] = Object.values(system).flat();
  return said.some((text) => text !== undefined && revealsKey(text, key));
}

const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

const misshapen = (what: string) =>
  fail.keyDocument(
    `what it tells players (\`signalling\`) has another shape: ${what}.`,
    'Let the key source give an object of each DRM system by its id, a UUID: `{ pssh, contentProtection, hlsMedia, … }`.',
  );
