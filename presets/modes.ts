import type { NameWithOptions } from '../core/kit.ts';

export interface ModeOptions {
  /** Site id that NCG headers name. */
  readonly siteId?: string | undefined;
  /** Where players ask for licences: PlayReady's LA_URL, and the acquisition URL of NCG headers. */
  readonly licenseUrl?: string | undefined;
  /** Options of the Widevine `pssh`. */
  readonly widevine?: Readonly<Record<string, unknown>>;
  /** Template of the FairPlay key URI. */
  readonly fairplayUri?: string;
  /** Further options of `mode-dash-cenc`. */
  readonly dash?: Readonly<Record<string, unknown>>;
}

/** What the DRM systems of DASH and CMAF tell players. */
const cencSystems = ({ licenseUrl, widevine = {} }: ModeOptions): readonly unknown[] => [
  'common',
  ['widevine', widevine],
  ['playready', { licenseUrl }],
];

/** Modes that are there for the asking, telling players the same as the four. */
export const offeredModes = (options: ModeOptions = {}): readonly NameWithOptions[] => [
  ['mode-cmaf', { systems: [...cencSystems(options), ['fairplay', { uri: options.fairplayUri }]] }],
];

/** The four modes by name, all telling players the same. */
export function allModes(options: ModeOptions = {}): readonly NameWithOptions[] {
  const { siteId, licenseUrl, fairplayUri, dash = {} } = options;
  const ncg = { siteId, licenseUrl };
  return [
    ['mode-dash-cenc', { systems: cencSystems(options), ...dash }],
    ['mode-hls-aes', { systems: [['fairplay', { uri: fairplayUri }]] }],
    ['mode-hls-ncg', ncg],
    ['mode-ncg', ncg],
  ];
}

/** What the service's presets have in common. */
export interface PallyconModeOptions {
  /** The service's site id, four characters; NCG headers name it. */
  readonly siteId?: string | undefined;
  /** @default 'https://license.pallycon.com/ri/licenseManager.do' */
  readonly licenseUrl?: string | undefined;
  /** The provider in the Widevine `pssh`. @default 'inkaentworks' */
  readonly provider?: string | undefined;
  /** Further options of `mode-dash-cenc`. */
  readonly dash?: Readonly<Record<string, unknown>>;
}

/** JSON Schema of those that users set. */
export const PALLYCON_PROPERTIES = {
  siteId: {
    type: 'string',
    pattern: '^[A-Za-z0-9]{4}$',
    description: 'a site id of four letters or digits',
  },
  licenseUrl: { type: 'string', minLength: 1, description: 'a URL' },
  provider: { type: 'string', minLength: 1 },
} as const;

/** How PallyCon's players and licence servers expect modes. */
const asPallycon = (options: PallyconModeOptions): ModeOptions => {
  const { siteId, provider = 'inkaentworks', dash = {} } = options;
  const { licenseUrl = 'https://license.pallycon.com/ri/licenseManager.do' } = options;
  return {
    siteId,
    licenseUrl,
    widevine: { provider, contentId: true },
    // PallyCon's FairPlay players hand on what follows `skd://`: the key id in Base64.
    fairplayUri: 'skd://{keyIdBase64}',
    dash,
  };
};

/** The four modes as PallyCon's players and licence servers expect them. */
export const pallyconModes = (options: PallyconModeOptions): readonly NameWithOptions[] =>
  allModes(asPallycon(options));

/** The same of `offeredModes`. */
export const offeredPallyconModes = (options: PallyconModeOptions): readonly NameWithOptions[] =>
  offeredModes(asPallycon(options));
