import type { FindingKind } from '../finding.ts';

/** Of keys: that all places of a package that name one name the same, and that none is used as it must not be. */
export const KEY_KINDS = {
  KID_IN_FILE: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 8.2',
    mend: 'Package the track again: its file names another key than the manifest and its licence data do.',
  },
  KID_IN_MANIFEST: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 11.2',
    mend: 'Write the key id of "tenc" into the manifest: players ask for the licence of the one that is there.',
  },
  KID_IN_PSSH: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 8.1',
    mend: 'Make the licence data anew with the key ids that the media has.',
  },
  KEY_UNKNOWN: {
    severity: 'error',
    mend: 'Name the key source that has this key beside the others, or package again what is under it: it was not verified.',
  },
  KID_ZERO: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 8.2',
    mend: 'Package with a real key id: one of zeros stands for none.',
  },
  KEY_OF_ANOTHER_PERIOD: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.2.4',
    mend: 'Put the key line before the first segment that is under its key.',
  },
  KEY_LINE_MISSING: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.2.4',
    mend: 'Add EXT-X-KEY before the segment: players take it for clear.',
  },
  SESSION_KEY: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.4.5',
    mend: 'Write the key lines of the media playlists as session keys, or none.',
  },
  SCHEME_MISMATCH: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 4.1',
    mend: 'Name the scheme of "schm" in the manifest: players set up their decryption by it.',
  },
  PATTERN: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 10.4',
    mend: 'Package the track again with the pattern of its scheme and kind.',
  },
  PATTERN_UNUSUAL: {
    severity: 'warning',
    clause: 'ISO/IEC 23001-7, 10.4.2',
    mend: 'Take 1:9 for video and whole blocks for audio: devices decode these in hardware.',
  },
  IV_SIZE: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 9.1',
    mend: 'Package the track again: cenc has IVs of 8 or 16 bytes, cbcs a constant one of 16.',
  },
  IV_REUSED: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 9.2',
    mend: 'Package with fresh IVs: whoever has both samples can take the encryption off without the key.',
  },
  IV_ZERO: {
    severity: 'warning',
    clause: 'ISO/IEC 23001-7, 9.2',
    mend: 'Package with an IV from a random source.',
  },
  IV_OF_KEY_LINE: {
    severity: 'error',
    clause: 'RFC 8216, 5.2',
    mend: 'Write the IV that the segments are encrypted with into EXT-X-KEY.',
  },
  CONSTANT_IV: {
    severity: 'error',
    clause: 'HLS Authoring Specification for Apple Devices, 13.4',
    mend: 'Encrypt with the IV that comes with the key: FairPlay takes no other.',
  },
  MEDIA_CLEAR: {
    severity: 'error',
    mend: 'Package the title again, and take away what is there; or say `clear` in its config where it is to be so.',
  },
  LISTED_CLEAR: {
    severity: 'error',
    clause: 'ISO/IEC 23009-1, 5.8.4.1',
    mend: 'Add ContentProtection: players take the track for clear, and fail.',
  },
  LISTED_PROTECTED: {
    severity: 'error',
    clause: 'ISO/IEC 23009-1, 5.8.4.1',
    mend: 'Encrypt the track, or say in the manifest that it is clear.',
  },
  NO_LICENCE_DATA: {
    severity: 'warning',
    clause: 'DASH-IF IOP, 7.7.1',
    mend: 'Name a DRM system for the key in the manifest or in the file, or give players its licence in another way.',
  },
  PSSH_SYNTAX: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 8.1',
    mend: 'Make the "pssh" box anew: CDMs refuse it.',
  },
  WIDEVINE_DATA: {
    severity: 'error',
    clause: 'Widevine, WidevinePsshData',
    mend: 'Make the Widevine licence data anew.',
  },
  PLAYREADY_OBJECT: {
    severity: 'error',
    clause: 'PlayReady Header Specification, 2',
    mend: 'Make the PlayReady object anew.',
  },
  PLAYREADY_KID_ORDER: {
    severity: 'error',
    clause: 'PlayReady Header Specification, 3',
    mend: 'Write the key id in the order of a GUID: its first 4, 2 and 2 bytes turned round.',
  },
  PLAYREADY_CHECKSUM: {
    severity: 'error',
    clause: 'PlayReady Header Specification, 3.1',
    mend: 'Make the checksum anew with the key of the media: clients refuse the licence.',
  },
} as const satisfies Record<string, FindingKind>;
