/** H.264 whose parameter sets change on the way, as streams that were joined have them. */
import { readFile, writeFile } from 'node:fs/promises';
import { ffmpeg } from '../commands/command.ts';
import { copyStreams } from '../commands/copies.ts';
import { madeOnce } from '../commands/folders.ts';
import { startCodeUnits } from './slices.ts';

const [SPS, PPS] = [7, 8];
const typeOf = (unit: Buffer): number => unit[0]! & 0x1f;

/** Two seconds each, a key frame a second, sets on each. `tall` has the PPS of `wide`; `other` has both its own under the same ids, `second` other ids. */
const CLIPS = {
  wide: ['320x180', 'ref=2'],
  tall: ['160x240', 'ref=2'],
  other: ['320x180', 'ref=2:cabac=0'],
  second: ['320x180', 'ref=2:sps-id=1'],
} as const;

type ClipName = keyof typeof CLIPS;

/** NAL units of a clip. No B-frames, so that a byte stream without times can be put into any container. */
async function unitsOf(clip: ClipName): Promise<Buffer[]> {
  const [size, options] = CLIPS[clip];
  const path = await madeOnce(`sets-${clip}.h264`, async (target) => {
    const params = `threads=1:keyint=25:min-keyint=25:scenecut=0:bframes=0:${options}`;
    await ffmpeg([
      ...['-f', 'lavfi', '-t', '2', '-i', `testsrc2=size=${size}:rate=25,hue=h=${40 * options.length}`],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'],
      ...['-x264-params', params, '-f', 'h264', target],
    ]);
  });
  return startCodeUnits(await readFile(path));
}

const joined = async (...clips: readonly ClipName[]): Promise<Buffer[]> =>
  (await Promise.all(clips.map(unitsOf))).flat();

/** Only where a set is another than before, as encoders write it that repeat nothing. */
function withoutRepetitions(units: readonly Buffer[]): Buffer[] {
  let sps = '';
  let pps = '';
  return units.filter((unit) => {
    const hex = unit.toString('hex');
    if (typeOf(unit) === SPS) {
      if (hex === sps) return false;
      sps = hex;
      pps = ''; // it belongs to the one before
    } else if (typeOf(unit) === PPS) {
      if (hex === pps) return false;
      pps = hex;
    }
    return true;
  });
}

/** By what they are: their NAL units. */
export const CHANGING_SETS = {
  'another SPS, the same PPS': () => joined('wide', 'tall', 'wide'),
  'another SPS, the same PPS, nothing repeated': async () =>
    withoutRepetitions(await joined('wide', 'tall', 'wide')),
  'both change, then one of them, then other ids': () =>
    joined('wide', 'other', 'tall', 'second', 'wide', 'second'),
  'a PPS that comes before the SPS of its id is replaced': async () => {
    const other = (await unitsOf('tall')).find((unit) => typeOf(unit) === SPS)!;
    return (await unitsOf('wide')).flatMap((unit) => (typeOf(unit) === PPS ? [unit, other] : [unit]));
  },
} as const satisfies Readonly<Record<string, () => Promise<Buffer[]>>>;

export type ChangingSets = keyof typeof CHANGING_SETS;

/** One of them in a container: in MP4 and Matroska the sets are in the samples too. */
export async function writeChangingSets(name: ChangingSets, path: string): Promise<void> {
  const units = await CHANGING_SETS[name]();
  const raw = `${path}.h264`;
  await writeFile(raw, Buffer.concat(units.flatMap((unit) => [Buffer.from([0, 0, 0, 1]), unit])));
  await copyStreams({ from: raw, to: path, demuxer: ['-fflags', '+genpts', '-framerate', '25'] });
}
