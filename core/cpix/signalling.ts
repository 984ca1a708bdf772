import { fail } from '../base/errors.ts';
import { isOneWord, isQuotable } from '../base/printable.ts';
import { parseKeyLine } from '../drm/key-line.ts';
import { parseProtectionXml } from '../drm/protection-xml.ts';
import { pssh, requirePssh } from '../drm/pssh.ts';
import type { KeySignalling, SystemSignalling } from '../keys/signalling.ts';
import type { CpixDocument, CpixDrmSystem } from './document.ts';
import { base64Text, base64Value } from './values.ts';

/** What `ContentProtectionData` holds: CPIX says XML for the MPD, some servers send the data of the `pssh` box. */
export type ContentProtectionForm = 'xml' | 'pssh-data';

/**
 * What a document says to players about one key. It is checked here: none of it can break a manifest later.
 * @param silent ids of systems that hold something else
 * @throws PackagerError KEY_DOCUMENT, INVALID_KEY
 */
export function signallingOf(
  { systems }: CpixDocument,
  kid: string,
  form: ContentProtectionForm,
  silent: ReadonlySet<string>,
): KeySignalling {
  const own = systems.filter(({ kid: of, systemId }) => of === kid && !silent.has(systemId));
  return Object.fromEntries(own.map((system) => [system.systemId, systemSignalling(system, form)]));
}

function systemSignalling(system: CpixDrmSystem, form: ContentProtectionForm): SystemSignalling {
  const { contentProtectionData: data, keyFormat, keyFormatVersions, allowedCpc } = system;
  const uri = system.uriExtXKey();
  const box = psshBox(system, form);
  return {
    ...(box && { pssh: box }),
    ...(data !== undefined && form === 'xml' && { contentProtection: protectionXml(data) }),
    ...keyLines(system),
    ...(uri !== undefined && { uri: keyUri(uri) }),
    ...(keyFormat !== undefined && { keyFormat: attributeText('KeyFormat', keyFormat) }),
    ...(keyFormatVersions !== undefined && {
      keyFormatVersions: attributeText('KeyFormatVersions', keyFormatVersions),
    }),
    ...(allowedCpc !== undefined && { allowedCpc: cpcLabels(allowedCpc) }),
  };
}

function psshBox(system: CpixDrmSystem, form: ContentProtectionForm): Uint8Array | undefined {
  const { systemId, pssh: text, contentProtectionData: data } = system;
  if (text === undefined) {
    if (data === undefined || form === 'xml') return undefined;
    return pssh(systemId, base64Value('ContentProtectionData of the key document', data));
  }
  const box = base64Value('A PSSH of the key document', text);
  requirePssh(box, systemId);
  return box;
}

function protectionXml(data: string): string {
  const text = base64Text('ContentProtectionData of the key document', data);
  parseProtectionXml(text);
  return text;
}

/** By the playlist that the document names, else by the tag. */
function keyLines({ hls }: CpixDrmSystem): Pick<SystemSignalling, 'hlsMedia' | 'hlsMaster'> {
  const lines: { hlsMedia?: string; hlsMaster?: string } = {};
  for (const { playlist, text } of hls) {
    const line = base64Text('HLSSignalingData of the key document', text).trim();
    parseKeyLine(line);
    const isMaster = playlist === undefined ? line.startsWith('#EXT-X-SESSION-KEY') : playlist === 'master';
    const name = isMaster ? 'hlsMaster' : 'hlsMedia';
    if (lines[name] !== undefined) throw fail.keyDocument('it has two HLSSignalingData for one playlist.');
    lines[name] = line;
  }
  return lines;
}

/** Base64 of what is to stand between quotes in a playlist. */
function attributeText(what: string, text: string): string {
  const value = base64Text(`${what} of the key document`, text);
  if (value === '' || !isQuotable(value)) {
    throw fail.keyDocument(`its ${what} has a quote, a line break or a control character in it.`);
  }
  return value;
}

function keyUri(text: string): string {
  const uri = attributeText('URIExtXKey', text);
  if (isOneWord(uri)) return uri;
  throw fail.keyDocument('its URIExtXKey has white space in it.');
}

/** Labels go between quotes, commas and slashes of an attribute (RFC 8216bis, 4.4.6.2). */
function cpcLabels(text: string): string[] {
  const labels = text.split(',').map((label) => label.trim());
  if (labels.every((label) => /^[A-Za-z0-9_.-]+$/.test(label))) return labels;
  throw fail.keyDocument('its HLSAllowedCPC is no list of labels separated by commas.');
}
