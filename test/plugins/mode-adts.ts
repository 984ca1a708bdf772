import { type ContentKey, fail, type Plugin } from '../../core/index.ts';
import {
  type CodedTrack,
  createAes128Protector,
  type MuxedSegment,
  type Muxer,
  planTracks,
  type Segment,
  type TimedTrack,
  writeHlsPlaylists,
  writeRendition,
} from '../../core/kit.ts';

const OWNER = 'com.apple.streaming.transportStreamTimestamp\0';
const HEADER_BYTES = 7;

/**
 * Packed audio of HLS (RFC 8216, 3.4): an ID3 tag that says when the first frame is presented on the MPEG-TS clock, then AAC
 * frames behind ADTS headers (ISO/IEC 14496-3, 1.A.2.2). Every segment stands alone.
 */
class AdtsMuxer implements Muxer {
  readonly isSequential = false;
  readonly listsIframes = false;
  readonly copiesSamples = true;
  readonly #timed: TimedTrack;
  readonly #tsOffset: number;

  /** @param tsOffset MPEG-TS time that is presented at 0, in 90 kHz ticks */
  constructor(timed: TimedTrack, tsOffset: number) {
    this.#timed = timed;
    this.#tsOffset = tsOffset;
  }

  segment(_index: number, [samples]: readonly Segment[]): MuxedSegment {
    const { data, sizes, count, decodeTime } = samples!;
    const { track, timing } = this.#timed;
    const presented = (decodeTime - timing.mediaTimeAtZero) / track.timescale;
    const frames = new Uint8Array(data.length + HEADER_BYTES * count);
    let from = 0;
    let at = 0;
    for (const size of sizes) {
      writeHeader(frames, at, track.config, HEADER_BYTES + size);
      frames.set(data.subarray(from, from + size), at + HEADER_BYTES);
      from += size;
      at += HEADER_BYTES + size;
    }
    return { parts: [timestamp(Math.round(presented * 90_000) + this.#tsOffset), frames], iframes: [] };
  }
}

/** MPEG-4, no CRC, one frame; object type, frequency and channels from the AudioSpecificConfig (1.6.2.1). */
function writeHeader(out: Uint8Array, at: number, [a = 0, b = 0]: Uint8Array, length: number): void {
  const [profile, frequency, channels] = [(a >> 3) - 1, ((a & 7) << 1) | (b >> 7), (b >> 3) & 15];
  out[at] = 0xff;
  out[at + 1] = 0xf1;
  out[at + 2] = (profile << 6) | (frequency << 2) | (channels >> 2);
  out[at + 3] = ((channels & 3) << 6) | (length >> 11);
  out[at + 4] = length >> 3;
  out[at + 5] = (length << 5) | 0x1f; // buffer fullness 0x7FF: a variable bit rate
  out[at + 6] = 0xfc;
}

/** ID3 2.4 with one PRIV frame: 33 bits in 8 bytes. */
function timestamp(ticks: number): Uint8Array {
  const bytes = OWNER.length + 8;
  const tag = Buffer.alloc(20 + bytes);
  tag.write('ID3\x04', 'latin1');
  tag[9] = 10 + bytes;
  tag.write('PRIV', 10);
  tag[17] = bytes;
  tag.write(OWNER, 20, 'latin1');
  tag.writeBigUInt64BE(BigInt(ticks) & 0x1_ffff_ffffn, 20 + OWNER.length);
  return tag;
}

/** A mode with a container of its own: HLS of AAC in ADTS, each segment encrypted whole. */
export function adtsMode(): Plugin {
  const name = 'mode-adts';
  return {
    name,
    apply(packager) {
      const mode = packager.mode({
        name: 'adts',
        title: 'Packed audio',
        scheme: 'aes-128',
        protects: 'resources',
        carries: ['mp4a'],
        check: refuseOtherThanLc,
        folder: () => 'adts',
        plan: planTracks,
      });
      mode.encrypt.tap(name, ({ key }) => createAes128Protector({ key, iv: () => key.requireIv('adts') }));
      mode.segment.tapPromise(name, (job) =>
        writeRendition(job, {
          muxer: new AdtsMuxer(job.tracks[0]!, job.tsOffset),
          files: 'many',
          path: job.unit.id,
          extension: 'aac',
        }),
      );
      mode.emitManifest.tapPromise(name, (job) => {
        const keyLines = (key: ContentKey) =>
          [{ method: 'AES-128', uri: '../key.bin', iv: key.requireIv('adts') }] as const;
        return writeHlsPlaylists(job, { keyLines, master: 'master.m3u8' });
      });
    },
  };
}

function refuseOtherThanLc({ codecs, source }: CodedTrack): void {
  if (codecs === 'mp4a.40.2') return;
  throw fail.unsupportedCodec(source.name, `Packed audio here is AAC LC, not ${codecs}.`, 'Encode it again.');
}
