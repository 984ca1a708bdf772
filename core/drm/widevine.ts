import type { SchemaObject } from 'ajv';
import { concat, fromHex, toBase64 } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { checkUrl, contentProtection, licenseUrlElements, psshElement } from './content-protection.ts';
import { commonEncryption, firstKey, hlsMethod } from './context.ts';
import type { DrmContext, DrmSystem } from './drm-system.ts';
import { pssh } from './pssh.ts';

const SYSTEM_ID = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed';
const MAX_UINT32 = 2 ** 32 - 1;

export interface WidevineOptions {
  /** Who owns the keys, as agreed with the licence service. @default not written */
  readonly provider?: string;
  /** `true` writes the title's content id, a string writes that. @default false */
  readonly contentId?: boolean | string;
  /** What the key is for, as the licence service calls it: `AUDIO`, `SD`, `HD`, `UHD1`, … @default not written */
  readonly trackType?: string;
  /** The name of a policy of the licence service. @default not written */
  readonly policy?: string;
  /** Groups of which a licence opens the title too, as the service gave them, in hexadecimal. @default none */
  readonly groupIds?: readonly string[];
  /** Which crypto period of its service the title is in. @default that of the key, from 0, where a title's keys change; else not written */
  readonly cryptoPeriodIndex?: number;
  /** How long such a period is, in whole seconds. @default not written */
  readonly cryptoPeriodSeconds?: number;
  /** Told to players in the MPD. @default not written */
  readonly licenseUrl?: string;
}

export const WIDEVINE_SCHEMA: SchemaObject = {
  type: 'object',
  properties: {
    provider: { type: 'string' },
    contentId: { anyOf: [{ type: 'boolean' }, { type: 'string' }] },
    trackType: { type: 'string' },
    policy: { type: 'string' },
    groupIds: { type: 'array', items: { type: 'string', pattern: '^([0-9A-Fa-f]{2})+$' } },
    cryptoPeriodIndex: { type: 'integer', minimum: 0, maximum: MAX_UINT32 },
    cryptoPeriodSeconds: { type: 'integer', minimum: 1, maximum: MAX_UINT32 },
    licenseUrl: { type: 'string' },
  },
  additionalProperties: false,
};

/** Widevine: key ids and the scheme in the `pssh`; what else a licence service wants is an option. */
export function widevine(options: WidevineOptions = {}): DrmSystem {
  checkUrl('widevine: licenseUrl', options.licenseUrl);
  const groups = (options.groupIds ?? []).map(groupId);
  checkPeriod('cryptoPeriodIndex', options.cryptoPeriodIndex, 0);
  checkPeriod('cryptoPeriodSeconds', options.cryptoPeriodSeconds, 1);
  const box = (context: DrmContext) =>
    context.pssh ?? pssh(SYSTEM_ID, widevineData(options, groups, context));
  return {
    name: 'widevine',
    systemId: SYSTEM_ID,
    pssh: (context) => [box(context)],
    contentProtection: (context) =>
      contentProtection(SYSTEM_ID, 'Widevine', [
        psshElement(box(context)),
        ...licenseUrlElements(options.licenseUrl),
      ]),
    hlsKey: (context) => ({
      uri: `data:text/plain;base64,${toBase64(box(context))}`,
      method: hlsMethod(context),
      keyId: firstKey(context).id,
      keyFormat: `urn:uuid:${SYSTEM_ID}`,
      keyFormatVersions: '1',
    }),
  };
}

/** `WidevinePsshData`, the protocol buffer in the box; fields in the order of their numbers. */
function widevineData(
  options: WidevineOptions,
  groups: readonly Uint8Array[],
  context: DrmContext,
): Uint8Array {
  const scheme = commonEncryption('Widevine', context);
  const { contentId, provider, trackType, policy, cryptoPeriodIndex, cryptoPeriodSeconds } = options;
  const id = contentId === true ? context.contentId : contentId || undefined;
  return concat([
    ...context.keys.map((key) => bytesField(2, key.id)), // key_id
    textField(3, provider),
    textField(4, id), // content_id
    textField(5, trackType), // track_type
    textField(6, policy),
    varintField(7, cryptoPeriodIndex ?? context.period), // crypto_period_index
    varintField(9, Buffer.from(scheme).readUInt32BE()), // protection_scheme, a four-character code
    varintField(10, cryptoPeriodSeconds), // crypto_period_seconds
    ...groups.map((group) => bytesField(13, group)), // group_ids
  ]);
}

function groupId(text: string): Uint8Array {
  try {
    if (text !== '') return fromHex(text);
  } catch {
    // Said below, without the text.
  }
  throw fail.invalidOption('widevine: groupIds: each is a text of pairs of hexadecimal digits.');
}

function checkPeriod(option: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= MAX_UINT32)) return;
  throw fail.invalidOption(`widevine: ${option} is not a whole number from ${least} to ${MAX_UINT32}.`);
}

const NOTHING = new Uint8Array(0);

const bytesField = (number: number, value: Uint8Array): Uint8Array =>
  concat([varint(number * 8 + 2), varint(value.length), value]);

const textField = (number: number, text: string | undefined): Uint8Array =>
  text === undefined ? NOTHING : bytesField(number, Buffer.from(text));

const varintField = (number: number, value: number | undefined): Uint8Array =>
  value === undefined ? NOTHING : concat([varint(number * 8), varint(value)]);

/** Base 128, least significant group first; a set top bit says that another byte follows. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.of(...bytes, rest);
}
