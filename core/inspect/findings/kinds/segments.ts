import type { FindingKind } from '../finding.ts';

/** Of segments: where they lie, when they play, and that the manifests say so. */
export const SEGMENT_KINDS = {
  FILE_MISSING: {
    severity: 'error',
    mend: 'Put the file where the manifest names it, or package again.',
  },
  FILE_UNLISTED: {
    severity: 'notice',
    mend: 'Delete the file if nobody needs it: no manifest names it.',
  },
  FILE_TRUNCATED: {
    severity: 'error',
    clause: 'ISO/IEC 14496-12, 8.1.1',
    mend: 'Copy or package the file again: its end is missing.',
  },
  RANGE_OF_SEGMENT: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.2.2',
    mend: 'List the byte ranges at which segments begin and end.',
  },
  RANGE_GAP: {
    severity: 'error',
    mend: 'List all segments of the file: some bytes of it are in none.',
  },
  RANGE_OF_INDEX: {
    severity: 'error',
    clause: 'ISO/IEC 23009-1, 5.3.9.2.2',
    mend: 'Write the range of "sidx" into SegmentBase@indexRange.',
  },
  INDEX_RANGES: {
    severity: 'error',
    clause: 'ISO/IEC 14496-12, 8.16.3',
    mend: 'Make "sidx" anew: its rows lead to places where no segment begins.',
  },
  INDEX_DURATION: {
    severity: 'error',
    clause: 'ISO/IEC 14496-12, 8.16.3',
    mend: 'Make "sidx" anew: players that seek come to another time than they asked for.',
  },
  INDEX_TIME: {
    severity: 'error',
    clause: 'ISO/IEC 14496-12, 8.16.3',
    mend: 'Write the time of the first sample into earliest_presentation_time of "sidx".',
  },
  SEGMENT_TIME: {
    severity: 'error',
    clause: 'ISO/IEC 23009-1, 5.3.9.6',
    mend: 'Package the track again, or list its segments at the times that they have.',
  },
  SEGMENT_DURATION: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.2.1',
    mend: 'List the segment with the duration of its samples.',
  },
  TARGET_DURATION: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.3.1',
    mend: 'Write the longest duration, rounded to whole seconds, as EXT-X-TARGETDURATION.',
  },
  TITLE_DURATION: {
    severity: 'error',
    clause: 'ISO/IEC 23009-1, 5.3.1.2',
    mend: 'Write the duration of the longest track into the manifest.',
  },
  MEDIA_GAP: {
    severity: 'error',
    clause: 'ISO/IEC 14496-12, 8.8.12',
    mend: 'Package the track again: times of its samples jump.',
  },
  SEQUENCE_NUMBER: {
    severity: 'warning',
    clause: 'ISO/IEC 14496-12, 8.8.5',
    mend: 'Number the fragments upwards, in the order in which they play.',
  },
  ACCESS_POINT: {
    severity: 'error',
    clause: 'ISO/IEC 23009-1, 5.3.7.2',
    mend: 'Begin each segment with a key frame, or do not say that it does.',
  },
  IFRAME_RANGE: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.3.6',
    mend: 'List exactly the bytes of one key frame in each entry of the I-frame playlist.',
  },
  IFRAME_DURATION: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.3.6',
    mend: 'List all key frames, each with the time until the next one: players show another picture than viewers search for.',
  },
  START_APART: {
    severity: 'warning',
    mend: 'Package all tracks in one go: audio and video of this package do not begin together.',
  },
  CUTS_APART: {
    severity: 'warning',
    clause: 'ISO/IEC 23009-1, 5.3.3.2',
    mend: 'Cut all renditions of a set at the same times: players switch at the starts of segments.',
  },
  DISCONTINUITY_MISSING: {
    severity: 'warning',
    clause: 'RFC 8216, 4.3.2.3',
    mend: 'Write EXT-X-DISCONTINUITY where times, tracks or formats change.',
  },
  DISCONTINUITY_NEEDLESS: {
    severity: 'notice',
    clause: 'RFC 8216, 4.3.2.3',
    mend: 'Leave EXT-X-DISCONTINUITY out where nothing changes: players set their decoders up anew, and may stutter.',
  },
  INIT_MISSING: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.2.5',
    mend: 'Name the initialisation section: EXT-X-MAP, or Initialization in an MPD.',
  },
  INIT_OF_ANOTHER: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.2.5',
    mend: 'Name the initialisation section of this rendition.',
  },
} as const satisfies Record<string, FindingKind>;
