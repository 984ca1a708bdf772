/** What the muxer of transport streams makes of made tracks. */
import * as assert from 'uvu/assert';
import { toHex } from '../../../core/base/bytes.ts';
import { PackagerError } from '../../../core/base/errors.ts';
import { PID, TsMuxer, type TsSegment, type TsTrack } from '../../../core/containers/mpegts/write/muxer.ts';
import type { Segment } from '../../../core/media/segment.ts';
import { readNalUnits, readPackets, readPes } from '../oracles/transport-stream.ts';
import { aacTrack, avcTrack, plainTiming } from './ts-media.ts';

/** Ticks of 90 kHz before the first picture. */
export const OFFSET = 9000;
/** More samples than any test muxes. */
export const ENDLESS = { ...avcTrack().samples, count: 1e6 };

/** What the muxer is told of a video track. */
export const video = (facts: Partial<TsTrack> = {}): TsTrack => ({
  ...{ track: avcTrack({ samples: ENDLESS }), timing: plainTiming(), encrypted: false },
  ...facts,
});
/** The same of sound. */
export const audio = (facts: Partial<TsTrack> = {}): TsTrack => ({
  ...{ track: aacTrack({ samples: ENDLESS }), timing: plainTiming(), encrypted: false },
  ...facts,
});

/** The PES packets of the pictures in a segment. */
export const videoPes = ({ data }: TsSegment) => readPes(readPackets(data), PID.video);
/** The same of sound. */
export const audioPes = ({ data }: TsSegment) => readPes(readPackets(data), PID.audio);

/** One video segment, muxed alone. */
export const muxPictures = (segment: Segment, facts: Partial<TsTrack> = {}): TsSegment =>
  new TsMuxer({ video: video(facts), tsOffset: OFFSET }).mux(segment, undefined);

/** NAL units of a picture. */
export const hexUnits = (payload: Buffer): string[] => readNalUnits(payload).map(toHex);

/** The sentence of a refusal. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(PackagerError.is(error), String(error));
    return error.message;
  }
  return assert.unreachable() as never;
}

/** An access unit delimiter. */
export const AUD = '09f0';
