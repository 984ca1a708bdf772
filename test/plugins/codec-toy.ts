import type { Plugin } from '../../core/index.ts';
import type { Codec } from '../../core/kit.ts';

/** A marker of a picture of the made-up codec, and the one that its coded data follow. */
const MARKER = 0xff;
const START_OF_SCAN = 0xda;

/** The first coded byte of the picture [start, end): behind the header that follows the marker, which says its length. */
function codedFrom(data: Uint8Array, start: number, end: number): number {
  for (let at = start; at + 3 < end; at += 1) {
    if (data[at] === MARKER && data[at + 1] === START_OF_SCAN)
      return at + 2 + data[at + 2]! * 256 + data[at + 3]!;
  }
  throw new Error('a picture of Toy Video has no scan');
}

/**
 * A video codec that nobody has heard of: every picture is coded alone (inside it is Motion JPEG), headers stay clear, and its
 * configuration is a version and a level.
 */
export const toyVideo: Codec = {
  name: 'Toy Video',
  kind: 'video',
  entries: ['toyv'],
  configBox: 'toyC',
  describe: ([version = 0, level = 0]) => ({ codecs: `toyv.${version}.${level}` }),
  rangeFinder: () => ({
    find: (data, start, end, out) => out.add(codedFrom(data, start, end), end),
  }),
  parts: 'scans',
  accessPoints: () => () => [1, 1],
  // Matroska knows what is inside; its configuration is made here.
  matroska: { id: 'V_MJPEG', config: () => Uint8Array.of(1, 0) },
};

/** Apple Lossless: a real codec that the packager does not carry. */
export const appleLossless: Codec = {
  name: 'Apple Lossless',
  kind: 'audio',
  entries: ['alac'],
  configBox: 'alac',
  // ALACSpecificConfig behind version and flags: channels, and the rate that the sample entry may have no room for.
  describe: (config) => {
    const view = new DataView(config.buffer, config.byteOffset, config.byteLength);
    return { audio: { channels: view.getUint8(13), sampleRate: view.getUint32(24) } };
  },
};

/** Adds both. */
export const toyCodecs = (): Plugin => ({
  name: 'codec-toy',
  apply(packager) {
    packager.codec(toyVideo);
    packager.codec(appleLossless);
  },
});
