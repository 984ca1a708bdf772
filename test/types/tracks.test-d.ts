/** Checked by tsc, never run: kinds of tracks are told apart by `kind` alone. */
import type { Track } from '../../core/index.ts';
import {
  type AudioTrack,
  type CodedTrack,
  type EncryptRequest,
  type ImageTrack,
  isCoded,
  type Presentation,
  type TextTrack,
  type VideoTrack,
} from '../../core/kit.ts';

declare const track: Track;
declare const coded: CodedTrack;
declare const video: VideoTrack;
declare const audio: AudioTrack;
declare const presentation: Presentation;
declare const request: EncryptRequest;

// What demuxers answer, and what others make of it.
const text: TextTrack = {
  ...{ input: 0, id: 3, kind: 'text', language: 'eng', format: 'webvtt' },
  ...{ timescale: 1000, duration: 60_000, bytes: 9, roles: ['caption'], isForced: true },
  ...{
    clock: 'title',
    read: async () => ({ format: 'webvtt', cues: [], styles: [], regions: [], notices: [] }),
  },
};
const images: ImageTrack = {
  ...{ input: 0, id: 4, kind: 'image', language: 'und', format: 'jpeg', width: 160, height: 90 },
};
const all: readonly Track[] = [video, audio, text, images];
export const sizes = all.map((one) => (one.kind === 'video' ? one.video.width : undefined));
export const counts = all.filter(isCoded).map(({ samples }) => samples.count);
export const widths = presentation.video.map(({ track: { video: picture } }) => picture.width);
export const formats: readonly string[] = presentation.text.map(({ track: { format } }) => format);
export const entry: string | undefined = request.track?.entry;

const { video: _pictures, ...pictureless } = video;
// @ts-expect-error: a video track says what its pictures are
export const withoutPictures: VideoTrack = pictureless;

const { audio: _sound, ...soundless } = audio;
// @ts-expect-error: an audio track says what its sound is
export const withoutSound: CodedTrack = soundless;

// @ts-expect-error: not every coded track has pictures
export const pictures = coded.video;

// @ts-expect-error: video has no sound
export const sound = video.audio;

// @ts-expect-error: text has no samples
export const samples = text.samples;

// @ts-expect-error: nor has what may be text
export const sampleEntry = track.entry;

// @ts-expect-error: what is not video may be text
export const channels = track.kind === 'video' ? 0 : track.audio.channels;

// @ts-expect-error: there is no such kind
export const subtitle: Track = { ...text, kind: 'subtitle' };

// @ts-expect-error: only coded tracks are protected
export const protectText: EncryptRequest = { ...request, track: text };
