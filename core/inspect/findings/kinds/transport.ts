import type { FindingKind } from '../finding.ts';

const MEND = 'Package or copy the file again.';

/** Of MPEG-TS: what its reader saw, under the same words. */
export const TRANSPORT_KINDS = {
  TS_CONTINUITY_JUMP: {
    severity: 'error',
    clause: 'ISO/IEC 13818-1, 2.4.3.3',
    mend: 'Package or copy the file again: packets are missing.',
  },
  TS_CONTINUITY_RESTART: {
    severity: 'warning',
    clause: 'ISO/IEC 13818-1, 2.4.3.3',
    mend: 'Let continuity counters go on from one segment to the next, or write EXT-X-DISCONTINUITY.',
  },
  TS_PACKET_REPEATED: { severity: 'warning', clause: 'ISO/IEC 13818-1, 2.4.3.3', mend: MEND },
  TS_SYNC_LOST: { severity: 'error', clause: 'ISO/IEC 13818-1, 2.4.3.2', mend: MEND },
  TS_PACKET_CUT: { severity: 'error', clause: 'ISO/IEC 13818-1, 2.4.3.2', mend: MEND },
  TS_PACKET_ERROR: { severity: 'error', clause: 'ISO/IEC 13818-1, 2.4.3.3', mend: MEND },
  TS_PACKET_SCRAMBLED: {
    severity: 'error',
    clause: 'ISO/IEC 13818-1, 2.4.3.3',
    mend: 'Take the scrambling off before packaging: players of HLS have no keys for it.',
  },
  TS_TABLE_DAMAGED: { severity: 'error', clause: 'ISO/IEC 13818-1, 2.4.4', mend: MEND },
  TS_TABLES_MISSING: {
    severity: 'warning',
    clause: 'RFC 8216, 3.2',
    mend: 'Begin each segment with PAT and PMT.',
  },
  TS_PROGRAMS_SEVERAL: {
    severity: 'error',
    clause: 'RFC 8216, 3.2',
    mend: 'Put one program into a segment.',
  },
  TS_VERSION_UNCHANGED: {
    severity: 'warning',
    clause: 'ISO/IEC 13818-1, 2.4.4.9',
    mend: 'Count version_number up where a table changes.',
  },
  TS_STREAM_NEW: {
    severity: 'warning',
    clause: 'RFC 8216, 4.3.2.3',
    mend: 'Write EXT-X-DISCONTINUITY where streams change.',
  },
  TS_PES_DAMAGED: { severity: 'error', clause: 'ISO/IEC 13818-1, 2.4.3.6', mend: MEND },
  TS_PES_CUT: {
    severity: 'error',
    clause: 'RFC 8216, 3.2',
    mend: 'Cut segments between PES packets.',
  },
  TS_PTS_MISSING: { severity: 'error', clause: 'ISO/IEC 13818-1, 2.7.4', mend: MEND },
  TS_DTS_BACKWARDS: { severity: 'error', clause: 'ISO/IEC 13818-1, 2.7.5', mend: MEND },
  TS_PCR_WRONG: { severity: 'warning', clause: 'ISO/IEC 13818-1, 2.4.3.5', mend: MEND },
  TS_PCR_RARE: {
    severity: 'notice',
    clause: 'ISO/IEC 13818-1, 2.7.2',
    mend: 'Write a PCR each 100 ms at least: set-top boxes need it.',
  },
  TS_FRAME_DAMAGED: { severity: 'error', mend: MEND },
  TS_DELIMITER_MISSING: {
    severity: 'warning',
    clause: 'ISO/IEC 13818-1, 2.14.1',
    mend: 'Begin each picture with an access unit delimiter.',
  },
  TS_STREAM_TYPE_CLEAR: {
    severity: 'error',
    clause: 'MPEG-2 Stream Encryption Format for HTTP Live Streaming, 2.2',
    mend: 'Write the stream_type of SAMPLE-AES: players take the stream for clear.',
  },
  TS_STREAM_TYPE_PROTECTED: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.2.4',
    mend: 'Add EXT-X-KEY before the segment: its streams are marked as encrypted.',
  },
  TS_SETUP_WRONG: {
    severity: 'error',
    clause: 'MPEG-2 Stream Encryption Format for HTTP Live Streaming, 2.3',
    mend: 'Write the descriptors of SAMPLE-AES as the stream is.',
  },
  TS_PADDING_WRONG: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.2.4',
    mend: 'Look for the key that the segment was encrypted with, or package it again.',
  },
  TS_KEY_WRONG: {
    severity: 'error',
    clause: 'RFC 8216, 4.3.2.4',
    mend: 'Look for the key and the IV that the segment was encrypted with, or package it again.',
  },
  TS_TIMESTAMP_MISSING: {
    severity: 'error',
    clause: 'RFC 8216, 3.4',
    mend: 'Begin each segment with an ID3 tag that says its time.',
  },
  TS_STREAM_UNPROTECTED: {
    severity: 'error',
    clause: 'MPEG-2 Stream Encryption Format for HTTP Live Streaming, 2.2',
    mend: 'Leave the stream out, or package it in a format in which it can be encrypted.',
  },
} as const satisfies Record<string, FindingKind>;
