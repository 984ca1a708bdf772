import type { MediaEntry } from '../model/media-track.ts';
import { readDecoderConfig } from './aac/audio-config.ts';
import { AacForm } from './aac/form.ts';
import { Ac3Form } from './audio/ac3.ts';
import { FlacForm } from './audio/flac.ts';
import { MpegAudioForm } from './audio/mpeg-audio.ts';
import { OpusForm } from './audio/opus.ts';
import { Av1Form } from './av1/form.ts';
import { AvcForm } from './avc/form.ts';
import { FormError, NotFollowed } from './bits.ts';
import type { CodecForm } from './codec-form.ts';
import { HevcForm } from './hevc/form.ts';
import { FormJudge } from './judge.ts';
import { DocumentForm } from './text/document.ts';
import { WebvttForm } from './text/webvtt-boxes.ts';
import { Vp9Form } from './vp9/form.ts';

/**
 * Who judges samples of an entry by their own bytes.
 * @param index of the entry in `MediaTrack.entries`
 * @returns `undefined` where nothing is known of the codec: byte statistics prove nothing
 */
export function formOf(entry: MediaEntry, index = 0): FormJudge | undefined {
  const form = codecForm(entry);
  return form && new FormJudge(form, index);
}

function codecForm(entry: MediaEntry): CodecForm | undefined {
  try {
    return FORMS[entry.format]?.(entry);
  } catch (cause) {
    // A configuration that cannot be read is for whoever reads the file to tell; samples cannot be judged without it.
    if (cause instanceof NotFollowed || cause instanceof FormError) return undefined;
    throw cause;
  }
}

/** objectTypeIndication: MPEG-4 Audio and AAC of MPEG-2; MPEG audio of MPEG-2 and MPEG-1. */
const AAC: ReadonlySet<number> = new Set([0x40, 0x66, 0x67, 0x68]);
const MPEG_AUDIO: ReadonlySet<number> = new Set([0x69, 0x6b]);

/** By the four letters of the sample entry. */
const FORMS: Readonly<Record<string, (entry: MediaEntry) => CodecForm | undefined>> = {
  mp4a: ({ config }) => {
    if (config.length === 0) return new AacForm(config); // in MPEG-TS: configurations are in the frames
    const decoder = readDecoderConfig(config);
    if (!decoder) return undefined;
    if (MPEG_AUDIO.has(decoder.objectType)) return new MpegAudioForm();
    return AAC.has(decoder.objectType) ? new AacForm(decoder.specific) : undefined;
  },
  avc1: ({ config }) => new AvcForm(config),
  avc3: ({ config }) => new AvcForm(config),
  dva1: ({ config }) => new AvcForm(config),
  dvav: ({ config }) => new AvcForm(config),
  hvc1: ({ config }) => new HevcForm(config),
  hev1: ({ config }) => new HevcForm(config),
  dvh1: ({ config }) => new HevcForm(config),
  dvhe: ({ config }) => new HevcForm(config),
  '.mp3': () => new MpegAudioForm(),
  'ac-3': () => new Ac3Form(),
  'ec-3': () => new Ac3Form(),
  fLaC: () => new FlacForm(),
  Opus: () => new OpusForm(),
  vp09: () => new Vp9Form(),
  av01: () => new Av1Form(),
  wvtt: () => new WebvttForm(),
  stpp: () => new DocumentForm(),
};
