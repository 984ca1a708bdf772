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
export const pictureNotices = ({ video }: MatroskaTrack): string[] => (video ? [...uncropped(video)] : []);

/** Players of MP4 show what a decoder gives out. */
function uncropped({ width, height, cropped }: MatroskaVideo): string[] {
  if (!cropped) return [];
  const [whole, part] = [`${width}x${height}`, `${cropped.width}x${cropped.height}`];
  return [
    `its pictures are to be cropped from ${whole} to ${part} (PixelCrop), which players of MP4 do not do: they stay whole. Crop them when they are encoded.`,
  ];
}
