import { split33 } from '../clock.ts';

/** stream_id of the first video, the first MPEG audio and a private stream (ISO/IEC 13818-1, table 2-22): AC-3 and E-AC-3. */
export const STREAM_ID = { video: 0xe0, audio: 0xc0, private: 0xbd } as const;

/** Most bytes behind a header with PTS and DTS whose length is stated: 16 bits count 13 bytes of the header too. */
export const MAX_PES_PAYLOAD = 0xffff - 13;

/** Bytes of a PES header with PTS alone, and with PTS and DTS. */
export const pesHeaderSize = (pts: number, dts: number): number => (pts === dts ? 14 : 19);

/**
 * Write a PES header at `at`; answers the position after it.
 * @param pts, dts 90 kHz ticks, not wrapped; the DTS is written only where it differs from the PTS (2.4.3.7)
 * @param payload bytes that follow the header; 0 leaves the length open, which only video may
 */
export function writePesHeader(
  target: Uint8Array,
  at: number,
  streamId: number,
  pts: number,
  dts: number,
  payload: number,
): number {
  const size = pesHeaderSize(pts, dts);
  const length = payload === 0 ? 0 : size - 6 + payload;
  target[at] = 0;
  target[at + 1] = 0;
  target[at + 2] = 1;
  target[at + 3] = streamId;
  target[at + 4] = length >> 8;
  target[at + 5] = length;
  target[at + 6] = 0x84; // '10', data_alignment_indicator
  target[at + 7] = pts === dts ? 0x80 : 0xc0;
  target[at + 8] = size - 9;
  if (pts === dts) {
    writeTimestamp(target, at + 9, 2, pts);
  } else {
    writeTimestamp(target, at + 9, 3, pts);
    writeTimestamp(target, at + 14, 1, dts);
  }
  return at + size;
}

/** 4-bit prefix, then 3, 15 and 15 bits of the time, each followed by a marker bit. */
function writeTimestamp(target: Uint8Array, at: number, prefix: number, time: number): void {
  const [high, low] = split33(time);
  target[at] = (prefix << 4) | (high << 1) | 1;
  target[at + 1] = low >> 22;
  target[at + 2] = (low >> 14) | 1;
  target[at + 3] = low >> 7;
  target[at + 4] = (low << 1) | 1;
}
