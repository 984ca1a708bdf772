import type { Codec } from '../../codecs/codec.ts';
import { CONFIG_BOXES, dolbyVisionUse } from '../../codecs/dolby-vision.ts';
import type { MatroskaTrack } from '../matroska/track-entries.ts';
import type { MatroskaVideo } from '../matroska/video-entry.ts';

/** Boxes of sample entries that stand in Matroska by their names: of Dolby Vision, and of its enhancement layer (ISO/IEC 14496-15). */
const ENTRY_BOXES = [...CONFIG_BOXES, 'hvcE', 'avcE'] as const;

const typeOf = (name: string): number => Buffer.from(name, 'latin1').readUInt32BE();

/** Payloads of what a track says beside its decoder configuration, by the type of the box. */
export const entryBoxes = ({ additions }: MatroskaTrack): ReadonlyMap<string, Uint8Array> =>
  new Map(
    ENTRY_BOXES.flatMap((name) => {
      const payload = additions.get(typeOf(name));
      return payload ? [[name, payload] as const] : [];
    }),
  );

/** Why pictures that are Dolby Vision cannot be carried, if they cannot: others would show them in wrong colours. */
export function whyNotDolbyVision(
  { name, entries, dolbyVision = {} }: Codec,
  boxes: ReadonlyMap<string, Uint8Array>,
): string | undefined {
  const damaged = CONFIG_BOXES.find((type) => boxes.has(type));
  if (damaged === undefined) return undefined;
  const use = dolbyVisionUse(boxes);
  if (!use) return `its Dolby Vision configuration (BlockAdditionMapping "${damaged}") is cut short`;
  const isCarried = Object.values(dolbyVision).some((entry) => entries.includes(entry));
  if (!use.isAlone || isCarried) return undefined;
  return `it is Dolby Vision of profile ${use.profile}, whose pictures no other decoder shows in their colours, and which is not carried over ${name}`;
}

/** What players of MP4 are not told of pictures, or do not do, in sentences. */
export function pictureNotices({ video, additions }: MatroskaTrack): string[] {
  if (!video) return [];
  const { stereoMode = 0, projection, hasAlpha = false, hasOddMastering = false } = video;
  const views = STEREO_MODES[stereoMode];
  const told: readonly (readonly [boolean, string])[] = [
    [
      views !== undefined,
      `its pictures are stereoscopic (StereoMode ${stereoMode}: ${views}), which is not kept: players show them as flat pictures.`,
    ],
    [
      projection !== undefined,
      `its pictures are to be projected (${projection}), which is not kept: players show them as flat pictures.`,
    ],
    [hasAlpha, 'its pictures are transparent in part (AlphaMode), which is not kept: they are opaque.'],
    [
      hasOddMastering,
      'what it says of its mastering display (MasteringMetadata) is not whole, and is left out.',
    ],
    [additions.has(ITU_T_T35), 'what stands beside its pictures by ITU-T T.35, as HDR10+ does, is not kept.'],
  ];
  return [...uncropped(video), ...told.filter(([isTold]) => isTold).map(([, sentence]) => sentence)];
}

/** Of BlockAdditionMapping. */
const ITU_T_T35 = 4;

/** By StereoMode (RFC 9559, 5.1.4.1.28.3). Anaglyphs are flat pictures, which glasses make more of. */
const STEREO_MODES: Readonly<Record<number, string | undefined>> = {
  1: 'side by side',
  2: 'one above the other',
  3: 'one above the other',
  4: 'in a checkerboard',
  5: 'in a checkerboard',
  6: 'in rows by turns',
  7: 'in rows by turns',
  8: 'in columns by turns',
  9: 'in columns by turns',
  11: 'side by side',
  13: 'in one block',
  14: 'in one block',
};

/** Players of MP4 show what a decoder gives out. */
function uncropped({ width, height, cropped }: MatroskaVideo): string[] {
  if (!cropped) return [];
  const [whole, part] = [`${width}x${height}`, `${cropped.width}x${cropped.height}`];
  return [
    `its pictures are to be cropped from ${whole} to ${part} (PixelCrop), which players of MP4 do not do: they stay whole. Crop them when they are encoded.`,
  ];
}
