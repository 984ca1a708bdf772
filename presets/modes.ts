import type { NameWithOptions } from '../core/index.ts';

export interface ModeOptions {
  /** Site id that NCG headers name. */
  readonly siteId?: string | undefined;
  /** Where players ask for licences: PlayReady's LA_URL, and the acquisition URL of NCG headers. */
  readonly licenseUrl?: string | undefined;
  /** Options of the Widevine `pssh`. */
  readonly widevine?: Readonly<Record<string, unknown>>;
  /** Template of the FairPlay key URI. */
  readonly fairplayUri?: string;
}

/** The four modes by name, all telling players the same. */
export function allModes(options: ModeOptions = {}): readonly NameWithOptions[] {
  const { siteId, licenseUrl, widevine = {}, fairplayUri } = options;
  const ncg = { siteId, licenseUrl };
  return [
    ['mode-dash-cenc', { systems: ['common', ['widevine', widevine], ['playready', { licenseUrl }]] }],
    ['mode-hls-aes', { systems: [['fairplay', { uri: fairplayUri }]] }],
    ['mode-hls-ncg', ncg],
    ['mode-ncg', ncg],
  ];
}
