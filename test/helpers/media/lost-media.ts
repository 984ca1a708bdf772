import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { box, u32 } from '../../../core/base/box.ts';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce, temporaryFolder } from '../commands/folders.ts';
import { withTracks } from '../oracles/boxes.ts';

const PICTURES = ['-f', 'lavfi', '-t', '1', '-i', 'testsrc2=size=128x72:rate=25'];
const TONE = ['-f', 'lavfi', '-t', '1', '-i', 'sine=440:sample_rate=48000'];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

/** Pictures in H.264 with sound as these options of ffmpeg say. */
export const withSound = (name: string, ...sound: readonly string[]): Promise<string> =>
  madeOnce(`sound-${name}`, async (path) => {
    await ffmpeg([...PICTURES, ...TONE, ...H264, '-strict', '-2', '-ac', '2', ...sound, path]);
  });

/** A copy of a transport stream whose Program Map Table gives the streams of a type another type. */
export async function relabelled(source: string, from: number, to: number): Promise<string> {
  const bytes = await readFile(source);
  for (let at = 0; at + 188 <= bytes.length; at += 188) {
    // A map that begins in this packet: table_id 2 behind the pointer.
    if ((bytes[at + 1]! & 0x40) === 0 || bytes.readUInt16BE(at + 4) !== 2) continue;
    const [section, end] = [at + 5, at + 5 + 3 + (bytes.readUInt16BE(at + 6) & 0xfff) - 4];
    let entry = section + 12 + (bytes.readUInt16BE(section + 10) & 0xfff);
    for (; entry < end; entry += 5 + (bytes.readUInt16BE(entry + 3) & 0xfff))
      if (bytes[entry] === from) bytes[entry] = to;
  }
  const path = join(temporaryFolder('relabelled'), `as-0x${to.toString(16)}.ts`);
  await writeFile(path, bytes);
  return path;
}

const aacInMp4 = () => withSound('aac.mp4', '-c:a', 'aac');
/** DecoderConfigDescriptor, 4 bytes of size, objectTypeIndication, streamType: of AAC. */
const DECODER_CONFIG = Buffer.from('0480808022', 'hex').subarray(0, 4);

/** AAC that is announced as another kind of sound: objectTypeIndication of `esds`. */
export async function withObjectType(objectType: number): Promise<string> {
  const file = Buffer.from(await readFile(await aacInMp4()));
  file[file.indexOf(DECODER_CONFIG, file.indexOf('esds')) + 5] = objectType;
  return written(file, `object-${objectType}.mp4`);
}

/** AAC that is announced as another audio object type of MPEG-4: the first bits of its AudioSpecificConfig. */
export async function withAudioObject(type: number): Promise<string> {
  const file = Buffer.from(await readFile(await aacInMp4()));
  // DecoderSpecificInfo behind 13 bytes of fields.
  const config = file.indexOf(DECODER_CONFIG, file.indexOf('esds')) + 5 + 13 + 5;
  const [first, second] = [file[config]!, file[config + 1]!];
  if (type < 31) file[config] = (type << 3) | (first & 7);
  else {
    // The escape takes six bits more: the rate and the channels move behind it.
    const rest = ((first & 7) << 8) | second;
    file.writeUInt16BE((31 << 11) | ((type - 32) << 5) | (rest >> 6), config);
  }
  return written(file, `audio-object-${type}.mp4`);
}

/** Two video tracks, a red one in `codec` first, and sound. */
export const besideFilm = (name: string, codec: string, ...more: readonly string[]): Promise<string> =>
  madeOnce(`beside-${name}`, async (path) => {
    const red = ['-f', 'lavfi', '-t', '1', '-i', 'color=red:size=64x64:rate=5'];
    const maps = ['-map', '0', '-map', '1', '-map', '2', '-c:v:0', codec, '-c:v:1', 'libx264'];
    await ffmpeg([
      ...red,
      ...PICTURES,
      ...TONE,
      ...maps,
      '-pix_fmt:v:1',
      'yuv420p',
      '-c:a',
      'aac',
      ...more,
      path,
    ]);
  });

/** Sound with a picture a second, as audio books have them for their chapters. */
export const audioBook = (): Promise<string> =>
  madeOnce('audio-book.mp4', async (path) => {
    const red = ['-f', 'lavfi', '-t', '1', '-i', 'color=red:size=64x64:rate=1'];
    await ffmpeg([...TONE, ...red, '-map', '0', '-map', '1', '-c:v', 'mjpeg', '-c:a', 'aac', path]);
  });

/** Another file in which the tracks of these places alone are marked as to be played. */
export async function withEnabled(source: string, enabled: readonly number[]): Promise<string> {
  const file = withTracks(await readFile(source), (trak, index) => {
    const marked = Buffer.from(trak);
    const flags = marked.indexOf('tkhd') + 7;
    marked[flags] = (marked[flags]! & 0xfe) | Number(enabled.includes(index));
    return marked;
  });
  return written(file, 'enabled.mp4');
}

/** Another file whose last track says that its chapters are in the track with this id. */
export async function withChapters(source: string, id: number): Promise<string> {
  const bytes = await readFile(source);
  const last = bytes.lastIndexOf('trak') - 4;
  const chapters = box('tref', box('chap', u32(id)));
  const file = withTracks(bytes, (trak) =>
    trak.byteOffset - bytes.byteOffset === last ? Buffer.from(box('trak', trak.subarray(8), chapters)) : trak,
  );
  return written(file, 'chapters.mp4');
}

async function written(file: Uint8Array, name: string): Promise<string> {
  const path = join(temporaryFolder('beside'), name);
  await writeFile(path, file);
  return path;
}
