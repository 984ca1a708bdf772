import type { FindingKind } from '../finding.ts';

const apple = <const Clause extends string>(clause: Clause, mend: string) =>
  ({
    severity: 'warning',
    clause: `HLS Authoring Specification for Apple Devices, ${clause}`,
    mend,
  }) as const;

/** Rules that Apple has for what its devices play. Nothing else needs them: warnings. */
export const APPLE_KINDS = {
  APPLE_IFRAMES: apple('6.1', 'Add an I-frame playlist: the pictures are for scrubbing.'),
  APPLE_TARGET_DURATIONS: apple('8.2', 'Write one target duration into all playlists of video and audio.'),
  APPLE_LENGTHS: apple('8.3', 'Let all renditions last the same time.'),
  APPLE_LANGUAGES: apple('8.10', 'Write LANGUAGE into each EXT-X-MEDIA: "und" where it is not known.'),
  APPLE_AUDIO_NAMES: apple('2.19', 'Give all audio groups the same names.'),
  APPLE_STEREO_AAC: apple('2.1', 'Add stereo audio in AAC: it plays everywhere.'),
  APPLE_FRAME_RATE: apple('9.15', 'Write FRAME-RATE into each variant with pictures.'),
  APPLE_RESOLUTION: apple('9.14', 'Write RESOLUTION into each variant with pictures.'),
  APPLE_AVERAGE: apple('9.2', 'Write AVERAGE-BANDWIDTH into each variant.'),
  APPLE_CAPTIONS: apple('4.3', 'Declare closed captions with EXT-X-MEDIA, or say CLOSED-CAPTIONS=NONE.'),
  APPLE_DESCRIPTION: apple(
    '2.17',
    'Write AUTOSELECT=YES where CHARACTERISTICS says that pictures are described.',
  ),
  APPLE_SDH: apple('4.5', 'Write both characteristics of subtitles for the deaf, and AUTOSELECT=YES.'),
  APPLE_FORCED: apple('5.11', 'Write AUTOSELECT=YES where FORCED is YES.'),
  APPLE_TTML_CODECS: apple(
    '5.10',
    'Write stpp.ttml.im1t into CODECS of the variants that have such subtitles.',
  ),
  APPLE_CHANNELS: apple('9.6', 'Write CHANNELS into each EXT-X-MEDIA of audio.'),
  APPLE_SCORE: apple('9.19', 'Write SCORE into all variants, or into none.'),
  APPLE_KEY_FORMAT: apple('13.3', 'Write KEYFORMAT and KEYFORMATVERSIONS into key lines of SAMPLE-AES.'),
  APPLE_KEY_IV: apple('13.4', 'Leave IV out where the key is of FairPlay: it comes with the licence.'),
  APPLE_KEY_METHOD: apple('13.11', 'Take SAMPLE-AES for FairPlay, never SAMPLE-AES-CTR.'),
  APPLE_KEY_FORMATS: apple('13', 'Write the same set of KEYFORMATs on all encrypted segments.'),
  APPLE_HDCP: apple('13.5', 'Write HDCP-LEVEL TYPE-0 for high definition, and TYPE-1 above.'),
  APPLE_MULTIVARIANT_INDEPENDENT: apple('8.12', 'Write EXT-X-INDEPENDENT-SEGMENTS.'),
} as const satisfies Record<string, FindingKind>;
