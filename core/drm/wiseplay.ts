import type { SchemaObject } from 'ajv';
import { toBase64 } from '../base/bytes.ts';
import { checkUrl, contentProtection, licenseUrlElements, psshElement } from './content-protection.ts';
import { commonEncryption, firstKey, hlsMethod } from './context.ts';
import type { DrmContext, DrmSystem } from './drm-system.ts';

const SYSTEM_ID = '3d5e6d35-9b9a-41e8-b843-dd3c6e72c42c';

export interface WisePlayOptions {
  /** Told to players in the MPD. @default not written */
  readonly licenseUrl?: string;
}

export const WISEPLAY_SCHEMA: SchemaObject = {
  type: 'object',
  properties: { licenseUrl: { type: 'string' } },
  additionalProperties: false,
};

/**
 * WisePlay (ChinaDRM, Huawei). The data of its `pssh` is its key server's own, so a title whose key source does not
 * give it is refused.
 */
export function wiseplay({ licenseUrl }: WisePlayOptions = {}): DrmSystem {
  checkUrl('wiseplay: licenseUrl', licenseUrl);
  const boxes = ({ pssh }: DrmContext) => (pssh ? [pssh] : []);
  return {
    name: 'wiseplay',
    systemId: SYSTEM_ID,
    fromServer: true,
    pssh: boxes,
    contentProtection: (context) =>
      contentProtection(SYSTEM_ID, 'WisePlay', [
        ...boxes(context).map(psshElement),
        ...licenseUrlElements(licenseUrl),
      ]),
    hlsKey: (context) => {
      commonEncryption('WisePlay', context);
      return {
        uri: context.pssh ? `data:text/plain;base64,${toBase64(context.pssh)}` : '',
        method: hlsMethod(context),
        keyId: firstKey(context).id,
        keyFormat: `urn:uuid:${SYSTEM_ID}`,
        keyFormatVersions: '1',
      };
    },
  };
}
