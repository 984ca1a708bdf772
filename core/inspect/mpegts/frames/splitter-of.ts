import type { StreamCodec } from '../stream-types.ts';
import { ADTS } from './aac.ts';
import { AC3, Eac3Syntax } from './ac3.ts';
import { AudioSplitter } from './audio-splitter.ts';
import { AvcSyntax } from './avc.ts';
import type { FrameSplitter } from './frames.ts';
import { HevcSyntax } from './hevc.ts';
import { MPEG_AUDIO } from './mp3.ts';
import { OpaqueSplitter } from './opaque.ts';
import { VideoSplitter } from './video-splitter.ts';

/** Four letters of what is not looked into. */
const OPAQUE: Partial<Record<StreamCodec, string>> = { latm: 'mp4a', id3: 'ID3 ' };

/** What finds the samples of a stream. */
export function splitterOf(codec: StreamCodec): FrameSplitter {
  switch (codec) {
    case 'avc':
      return new VideoSplitter(new AvcSyntax());
    case 'hevc':
      return new VideoSplitter(new HevcSyntax());
    case 'aac':
      return new AudioSplitter(ADTS);
    case 'ac-3':
      return new AudioSplitter(AC3);
    case 'ec-3':
      return new AudioSplitter(new Eac3Syntax());
    case 'mp3':
      return new AudioSplitter(MPEG_AUDIO);
    default:
      return new OpaqueSplitter(OPAQUE[codec] ?? 'unkn');
  }
}
