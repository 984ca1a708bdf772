/** DRM systems by their ids, in lower case (DASH-IF, Content Protection Identifiers). */
const SYSTEMS: Readonly<Record<string, string>> = {
  'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed': 'Widevine',
  '9a04f079-9840-4286-ab92-e65be0885f95': 'PlayReady',
  // In the byte order of a GUID, as some MPDs have it.
  '79f0049a-4098-8642-ab92-e65be0885f95': 'PlayReady',
  '94ce86fb-07ff-4f43-adb8-93d2fa968ca2': 'FairPlay',
  '29701fe4-3cc7-4a34-8c5b-ae90c7439a47': 'FairPlay',
  '1077efec-c0b2-4d02-ace3-3c1e52e2fb4b': 'common (key ids alone)',
  'e2719d58-a985-b3c9-781a-b030af78d30e': 'ClearKey',
  '5e629af5-38da-4063-8977-97ffbd9902d4': 'Marlin',
  '69f908af-4816-46ea-910c-cd5dcccb0a3a': 'Marlin',
  '3d5e6d35-9b9a-41e8-b843-dd3c6e72c42c': 'WisePlay',
  'f239e769-efa3-4850-9c16-a903c6932efa': 'Adobe Primetime',
  'adb41c24-2dbf-4a6d-958b-4457c0d27b95': 'Nagra',
  '80a6be7e-1448-4c37-9e70-d5aebe04c8d2': 'Irdeto',
  '9a27dd82-fde2-4725-8cbc-4234aa06ec09': 'Verimatrix',
};

/** KEYFORMATs of playlists that are no `urn:uuid:`. */
const KEY_FORMATS: Readonly<Record<string, string>> = {
  identity: 'identity (the key itself)',
  'com.apple.streamingkeydelivery': 'FairPlay',
  'com.microsoft.playready': 'PlayReady',
  'com.widevine': 'Widevine',
};

/** @param id a UUID, in any case; `undefined`: nobody here knows it */
export const systemName = (id: string): string | undefined => SYSTEMS[id.toLowerCase()];

/** The system that a KEYFORMAT, or the `schemeIdUri` of a ContentProtection, names. */
export function systemOfFormat(format: string): string | undefined {
  const lower = format.toLowerCase();
  const id = /^urn:uuid:([0-9a-f-]{36})$/.exec(lower)?.[1];
  return id === undefined ? KEY_FORMATS[lower] : systemName(id);
}
