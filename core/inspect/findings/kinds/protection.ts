import type { FindingKind } from '../finding.ts';

/** Of bytes that are clear or encrypted where they must not be, and of what says which are. */
export const PROTECTION_KINDS = {
  CLEAR_SAMPLES: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 9.5',
    mend: 'Package the track again: these samples can be seen or heard without a key.',
  },
  CLEAR_SLICE: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 9.5.2',
    mend: 'Package the track again: data of the picture can be seen without a key.',
  },
  CLEAR_BLOCKS: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 9.5; MPEG-2 Stream Encryption Format for HTTP Live Streaming, 2.1',
    mend: 'Package the track again: these bytes can be seen or heard without a key, and decryption makes something else of them.',
  },
  CLEAR_SHARE: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 9.5',
    mend: 'Package the track again: too little of it is encrypted.',
  },
  ENCRYPTED_HEADER: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 9.5.2.2',
    mend: 'Leave lengths and headers of NAL units, parameter sets and messages clear: decoders read them before decryption.',
  },
  ENCRYPTED_END: {
    severity: 'error',
    clause: 'MPEG-2 Stream Encryption Format for HTTP Live Streaming, 2.1',
    mend: 'Leave the rest of a NAL unit clear where no more than 16 bytes are left: decoders get such a block as it is.',
  },
  LEADER_ENCRYPTED: {
    severity: 'error',
    clause: 'MPEG-2 Stream Encryption Format for HTTP Live Streaming, 2.3',
    mend: 'Leave the first 16 bytes of each frame of audio clear, behind the ADTS header: players decrypt what follows them.',
  },
  SUBSAMPLES_OF_AUDIO: {
    severity: 'warning',
    clause: 'ISO/IEC 23001-7, 9.5.1',
    mend: 'Encrypt whole samples of audio: devices know nothing else.',
  },
  PARTIAL_BLOCKS: {
    severity: 'warning',
    clause: 'ISO/IEC 23000-19, 8.2.2.1',
    mend: 'Encrypt whole blocks of 16 bytes in each subsample: decryption in hardware needs them.',
  },
  SENC: {
    severity: 'error',
    clause: 'ISO/IEC 23001-7, 7.2',
    mend: 'Package the track again: the information of its samples is not of these samples.',
  },
  SAIZ: {
    severity: 'error',
    clause: 'ISO/IEC 14496-12, 8.7.8',
    mend: 'Make "saiz" anew: players that go by it decrypt with another IV.',
  },
  SAIO: {
    severity: 'error',
    clause: 'ISO/IEC 14496-12, 8.7.9',
    mend: 'Make "saio" anew: it leads to bytes that are no IVs.',
  },
  SAMPLE_GROUPS: {
    severity: 'error',
    clause: 'ISO/IEC 14496-12, 8.9',
    mend: 'Make "sbgp" and "sgpd" anew: players take samples for those of another key.',
  },
  MIXED_SEGMENT: {
    severity: 'warning',
    clause: 'ISO/IEC 23000-19, 7.4.3',
    mend: 'Change keys, and from clear to encrypted, at the starts of segments alone.',
  },
} as const satisfies Record<string, FindingKind>;
