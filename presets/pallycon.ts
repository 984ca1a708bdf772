import type { Preset } from '../core/index.ts';
import { allModes } from './modes.ts';

export interface PallyconOptions {
  /** The service's site id, four characters; NCG headers name it. */
  readonly siteId?: string;
  /** @default 'https://license.pallycon.com/ri/licenseManager.do' */
  readonly licenseUrl?: string;
  /** The provider in the Widevine `pssh`. @default 'inkaentworks' */
  readonly provider?: string;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    siteId: {
      type: 'string',
      pattern: '^[A-Za-z0-9]{4}$',
      description: 'a site id of four letters or digits',
    },
    licenseUrl: { type: 'string', minLength: 1, description: 'a URL' },
    provider: { type: 'string', minLength: 1 },
  },
};

/**
 * The four modes as PallyCon's players and licence servers expect them, and the result as XML. It has no key source:
 * add one to `plugins`.
 */
export function pallycon(options: PallyconOptions = {}): Preset {
  const { siteId, provider = 'inkaentworks' } = options;
  const { licenseUrl = 'https://license.pallycon.com/ri/licenseManager.do' } = options;
  return {
    name: 'pallycon',
    options: { ...options },
    schema,
    plugins: [
      'demux-mp4',
      'cid-file-name',
      ...allModes({
        siteId,
        licenseUrl,
        widevine: { provider, contentId: true },
        // PallyCon's FairPlay players hand on what follows `skd://`: the key id in Base64.
        fairplayUri: 'skd://{keyIdBase64}',
      }),
      'report-xml',
    ],
  };
}
