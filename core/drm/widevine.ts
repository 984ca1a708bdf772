import type { SchemaObject } from 'ajv';
import { concat, toBase64 } from '../base/bytes.ts';
import { checkUrl, contentProtection, licenseUrlElements, psshElement } from './content-protection.ts';
import { commonEncryption, firstKey, hlsMethod } from './context.ts';
import type { DrmContext, DrmSystem } from './drm-system.ts';
import { pssh } from './pssh.ts';

const SYSTEM_ID = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed';

export interface WidevineOptions {
  /** Who owns the keys, as agreed with the licence service. @default not written */
  readonly provider?: string;
  /** `true` writes the title's content id, a string writes that. @default false */
  readonly contentId?: boolean | string;
  /** The name of a policy of the licence service. @default not written */
  readonly policy?: string;
  /** Told to players in the MPD. @default not written */
  readonly licenseUrl?: string;
}

export const WIDEVINE_SCHEMA: SchemaObject = {
  type: 'object',
  properties: {
    provider: { type: 'string' },
    contentId: { anyOf: [{ type: 'boolean' }, { type: 'string' }] },
    policy: { type: 'string' },
    licenseUrl: { type: 'string' },
  },
  additionalProperties: false,
};

/** Widevine: key ids and the scheme in the `pssh`; what else a licence service wants is an option. */
export function widevine(options: WidevineOptions = {}): DrmSystem {
  checkUrl('widevine: licenseUrl', options.licenseUrl);
  const box = (context: DrmContext) => context.pssh ?? pssh(SYSTEM_ID, widevineData(options, context));
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
function widevineData({ provider, contentId, policy }: WidevineOptions, context: DrmContext): Uint8Array {
  const scheme = commonEncryption('Widevine', context);
  const id = contentId === true ? context.contentId : contentId || undefined;
  return concat([
    ...context.keys.map((key) => bytesField(2, key.id)), // key_id
    textField(3, provider),
    textField(4, id), // content_id
    textField(6, policy),
    varintField(9, Buffer.from(scheme).readUInt32BE()), // protection_scheme, a four-character code
  ]);
}

const bytesField = (number: number, value: Uint8Array): Uint8Array =>
  concat([varint(number * 8 + 2), varint(value.length), value]);

const textField = (number: number, text: string | undefined): Uint8Array =>
  text === undefined ? new Uint8Array(0) : bytesField(number, Buffer.from(text));

const varintField = (number: number, value: number): Uint8Array =>
  concat([varint(number * 8), varint(value)]);

/** Base 128, least significant group first; a set top bit says that another byte follows. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.of(...bytes, rest);
}
