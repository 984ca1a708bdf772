import type { SchemaObject } from 'ajv';
import { fromHex, toBase64 } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { xml } from '../base/xml/xml-node.ts';
import { isXmlText } from '../base/xml/xml-rules.ts';
import { checkUrl, contentProtection, licenseUrlElements, psshElement } from './content-protection.ts';
import { commonEncryption, hlsMethod } from './context.ts';
import type { DrmContext, DrmSystem } from './drm-system.ts';
import { playReadyObject, WRMHEADER_VERSIONS, type WrmHeaderVersion } from './playready-header.ts';
import { pssh, psshData } from './pssh.ts';

const SYSTEM_ID = '9a04f079-9840-4286-ab92-e65be0885f95';
const UUID = /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;
const MSPR = { 'xmlns:mspr': 'urn:microsoft:playready' };

export interface PlayReadyOptions {
  /** WRMHEADER version. @default for cenc '4.0.0.0' ('4.1.0.0' with `decryptorSetup`, '4.2.0.0' with several keys), '4.3.0.0' for cbcs */
  readonly version?: WrmHeaderVersion;
  /** LA_URL: where players ask for licences. @default not written */
  readonly licenseUrl?: string;
  /** LUI_URL: a page for people who have no licence. @default not written */
  readonly luiUrl?: string;
  /** Whether the MPD says `licenseUrl` too, as `dashif:Laurl`: all known players find it in the header. @default false */
  readonly laurl?: boolean;
  /** DS_ID: the id of a domain service, a UUID. @default not written */
  readonly domainServiceId?: string;
  /** Children of CUSTOMATTRIBUTES, by element name. @default none */
  readonly customAttributes?: Readonly<Record<string, string>>;
  /** DECRYPTORSETUP: players must not wait for a licence before they set up. From 4.1.0.0 on. @default not written */
  readonly decryptorSetup?: 'ONDEMAND';
}

export const PLAYREADY_SCHEMA: SchemaObject = {
  type: 'object',
  properties: {
    version: { enum: WRMHEADER_VERSIONS },
    licenseUrl: { type: 'string' },
    luiUrl: { type: 'string' },
    laurl: { type: 'boolean' },
    domainServiceId: { type: 'string', pattern: UUID.source },
    customAttributes: { type: 'object', additionalProperties: { type: 'string' } },
    decryptorSetup: { const: 'ONDEMAND' },
  },
  additionalProperties: false,
};

/** PlayReady: a PlayReady object with one WRMHEADER, in the `pssh` and in `mspr:pro`. */
export function playready(options: PlayReadyOptions = {}): DrmSystem {
  checkUrl('playready: licenseUrl', options.licenseUrl);
  checkUrl('playready: luiUrl', options.luiUrl);
  checkCustomAttributes(options.customAttributes ?? {});
  if (options.laurl && options.licenseUrl === undefined) {
    throw fail.missingOption('playready: laurl repeats licenseUrl, which is missing.', 'Set licenseUrl too.');
  }
  const domainServiceId = uuidBytes(options.domainServiceId);
  const object = (context: DrmContext) => {
    if (context.pssh) return psshData(context.pssh);
    const scheme = commonEncryption('PlayReady', context);
    const { keys } = context;
    const { licenseUrl, luiUrl, customAttributes, decryptorSetup } = options;
    return playReadyObject({
      version: options.version ?? defaultVersion(scheme, keys.length, decryptorSetup !== undefined),
      algorithm: scheme === 'cbcs' ? 'AESCBC' : 'AESCTR',
      keys,
      licenseUrl,
      luiUrl,
      domainServiceId,
      customAttributes,
      decryptorSetup,
    });
  };
  return {
    name: 'playready',
    systemId: SYSTEM_ID,
    pssh: (context) => [context.pssh ?? pssh(SYSTEM_ID, object(context))],
    contentProtection: (context) => {
      const pro = object(context);
      return contentProtection(SYSTEM_ID, 'MSPR 2.0', [
        psshElement(context.pssh ?? pssh(SYSTEM_ID, pro)),
        xml('mspr:pro', MSPR, toBase64(pro)),
        // The header of a server has an address of its own, which players would look at second.
        ...licenseUrlElements(options.laurl && !context.pssh ? options.licenseUrl : undefined),
      ]);
    },
    hlsKey: (context) => ({
      uri: `data:text/plain;charset=UTF-16;base64,${toBase64(object(context))}`,
      method: hlsMethod(context),
      keyFormat: 'com.microsoft.playready',
      keyFormatVersions: '1',
    }),
  };
}

/** The oldest version that can say it, for the oldest clients. */
function defaultVersion(scheme: 'cenc' | 'cbcs', keys: number, hasSetup: boolean): WrmHeaderVersion {
  if (scheme === 'cbcs') return '4.3.0.0';
  if (keys > 1) return '4.2.0.0';
  return hasSetup ? '4.1.0.0' : '4.0.0.0';
}

function uuidBytes(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  if (UUID.test(text)) return fromHex(text.replaceAll('-', ''));
  throw fail.invalidOption('playready: domainServiceId is not a UUID.');
}

function checkCustomAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!/^[A-Za-z_][\w.-]*$/.test(name)) {
      throw fail.invalidOption(`playready: customAttributes: "${name}" is not an XML element name.`);
    }
    if (/\p{Cc}/u.test(value) || !isXmlText(value)) {
      throw fail.invalidOption(
        `playready: customAttributes: ${name} has a character in it that XML cannot hold, or a control character.`,
      );
    }
  }
}
