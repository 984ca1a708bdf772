import type { FindingKind } from '../finding.ts';

/** Of what manifests say about renditions: that it is true. */
export const FACT_KINDS = {
  BANDWIDTH: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.4.2; ISO/IEC 23009-1, 5.3.5.2',
    mend: 'Write the measured bit rate: players choose by it, and run dry where it is too low.',
  },
  BANDWIDTH_INEXACT: {
    severity: 'warning',
    clause: 'HLS Authoring Specification, 1.27',
    mend: 'Write the measured peak bit rate.',
  },
  AVERAGE_BANDWIDTH: {
    severity: 'warning',
    clause: 'HLS Authoring Specification, 1.26',
    mend: 'Write the measured average bit rate.',
  },
  CODECS: {
    severity: 'error',
    clause: 'RFC 6381, 3',
    mend: 'Write the codecs of the sample entries: players open their decoders by what is listed.',
  },
  RESOLUTION: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.4.2; ISO/IEC 23009-1, 5.3.7.2',
    mend: 'Write the width and height that the pictures have.',
  },
  FRAME_RATE: {
    severity: 'warning',
    clause: 'RFC 8216, 4.3.4.2; ISO/IEC 23009-1, 5.3.7.2',
    mend: 'Write the frame rate that the pictures have.',
  },
  CHANNELS: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.4.1; ISO/IEC 23009-1, 5.8.5.4',
    mend: 'Write the number of channels that the sound has.',
  },
  SAMPLE_RATE: {
    severity: 'error',
    clause: 'ISO/IEC 23009-1, 5.3.7.2',
    mend: 'Write the sampling rate that the sound has.',
  },
  LANGUAGE: {
    severity: 'error',
    clause: 'ISO/IEC 23009-1, 5.3.3.2',
    mend: 'Write the language that the track has, into the manifest or into the file.',
  },
  KIND_OF_TRACK: {
    severity: 'error',
    mend: 'Name the file of the rendition: it holds a track of another kind.',
  },
  ROLE: {
    severity: 'warning',
    clause: 'ISO/IEC 14496-12, 8.10.4',
    mend: 'Say the same role in the manifest and in the "kind" box.',
  },
  VIDEO_RANGE: {
    severity: 'error',
    clause: 'RFC 8216bis, 4.4.6.2',
    mend: 'Write the dynamic range of the transfer characteristics that the pictures have.',
  },
  TILE_GRID: {
    severity: 'error',
    clause: 'DASH-IF IOP, 6.2.6',
    mend: 'Write the columns and rows, and the size, that the images of thumbnails have.',
  },
  TILE_TIMES: {
    severity: 'warning',
    clause: 'DASH-IF IOP, 6.2.6',
    mend: 'Write the time that each image, or each of its tiles, is for: viewers see another picture than they seek to.',
  },
  GROUP_MISSING: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.4.2.1',
    mend: 'Name a group that EXT-X-MEDIA makes.',
  },
} as const satisfies Record<string, FindingKind>;
