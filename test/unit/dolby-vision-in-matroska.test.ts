/** Dolby Vision of Matroska, whose configuration stands beside that of the codec, against the same in MP4. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, toHex } from '../../core/base/bytes.ts';
import { videoEntryBoxes } from '../../core/codecs/sample-entry.ts';
import { readMatroskaHeaders } from '../../core/containers/matroska/headers.ts';
import { matroskaFormat } from '../../core/containers/packets/matroska-format.ts';
import type { VideoTrack } from '../../core/kit.ts';
import { pictureFacts } from '../../core/title/picture-facts.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { DOLBY_VISION_HVC1 } from '../helpers/media/dolby-vision.ts';
import { HEVC_MEDIA } from '../helpers/media/hevc-media.ts';
import { ebml } from '../helpers/media/packed-matroska.ts';
import { addition, sayingMore } from '../helpers/media/said-in-matroska.ts';
import { demuxFile, memorySource } from '../helpers/oracles/read-mp4.ts';
import { demuxPacketFile } from '../helpers/oracles/read-packets.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('Dolby Vision in Matroska');

/** DOVIDecoderConfigurationRecord of a profile, level 1, with metadata and base layer. */
function record(profile: number, compatibility: number): Uint8Array {
  const bytes = new Uint8Array(24);
  bytes.set([1, 0, profile << 1, 0x0d, compatibility << 4]);
  return bytes;
}

/** The same pictures as in `DOLBY_VISION_HVC1`. */
const plain = () =>
  madeOnce('dolby-vision-plain.mkv', async (path) => {
    const { file } = HEVC_MEDIA.find(({ name }) => name === 'hevc-main')!;
    await ffmpeg(['-i', await file(), '-map', '0:v', '-c', 'copy', '-bitexact', path]);
  });

async function filmWith(...mappings: readonly Uint8Array[]): Promise<string> {
  const path = join(temporaryFolder(), 'film.mkv');
  await writeFile(path, sayingMore(await readFile(await plain()), [mappings]));
  return path;
}

async function trackOf(path: string): Promise<VideoTrack> {
  const [track] = await demuxPacketFile(path);
  if (track?.kind !== 'video') throw new Error(`${path} has no pictures`);
  return track;
}

test('over pictures for all decoders it says what the same says in MP4', async () => {
  const [mp4] = (await demuxFile(await DOLBY_VISION_HVC1.file())) as VideoTrack[];
  const mkv = await trackOf(await filmWith(addition('dvvC', fromHex('0100100d10'))));
  assert.equal([mkv.entry, mkv.codecs], [mp4!.entry, mp4!.codecs]);
  assert.equal(pictureFacts(mkv), pictureFacts(mp4!));
  assert.is(pictureFacts(mkv).supplementalCodecs, 'dvh1.08.01/db1p');
  const configuration = (track: VideoTrack) => toHex(videoEntryBoxes(track.sampleEntry).get('dvvC')!);
  assert.is(configuration(mkv), configuration(mp4!).slice(0, 10)); // that one's goes on with what it took the place of
});

test('pictures for its decoders alone are under its own entry, which no other plays in wrong colours', async () => {
  const track = await trackOf(await filmWith(addition('dvcC', record(5, 0))));
  assert.equal([track.entry, track.codecs], ['dvh1', 'dvh1.05.01']);
  assert.is(Buffer.from(track.sampleEntry).toString('latin1', 4, 8), 'dvh1');
  assert.equal(pictureFacts(track), { videoRange: 'PQ' });
});

test('the configuration of its enhancement layer is kept, of several mappings each', async () => {
  const layer = fromHex('0102030405');
  const track = await trackOf(
    await filmWith(addition(4, fromHex('00')), addition('hvcE', layer), addition('dvcC', record(7, 6))),
  );
  const boxes = videoEntryBoxes(track.sampleEntry);
  assert.is(track.entry, 'hvc1');
  assert.equal([...boxes.keys()].filter((type) => /^(dv|hvcE)/.test(type)).toSorted(), ['dvcC', 'hvcE']);
  assert.is(toHex(boxes.get('hvcE')!), toHex(layer));
});

test('what cannot be read, and what would show wrong colours, is refused', async () => {
  const error = await failureOf(trackOf(await filmWith(addition('dvvC', fromHex('0100')))));
  assert.match(error.message, /its Dolby Vision configuration \(BlockAdditionMapping "dvvC"\) is cut short/);
  const reasonOf = async (codecId: string, ...more: readonly Uint8Array[]) => {
    const entry = [
      ebml(0xd7, Uint8Array.of(1)),
      ebml(0x83, Uint8Array.of(1)),
      ebml(0x86, Buffer.from(codecId)),
    ];
    const tracks = ebml(0x1654ae6b, ebml(0xae, ...entry, ebml(0xe0), ...more));
    const file = Buffer.concat([ebml(0x1a45dfa3), ebml(0x18538067, tracks)]);
    const headers = await readMatroskaHeaders(memorySource(file));
    const format = matroskaFormat(headers.tracks[0]!, 'a.mkv');
    return typeof format === 'string' ? format : 'carried';
  };
  const config = ebml(0x63a2, fromHex('81004c00'));
  const alone = addition('dvvC', record(10, 0));
  assert.match(
    await reasonOf('V_AV1', config, alone),
    /^it is Dolby Vision of profile 10, .* carried over AV1$/,
  );
  assert.is(await reasonOf('V_AV1', config, addition('dvvC', record(10, 1))), 'carried');
  assert.match(await reasonOf('V_VP9', alone), /^it is Dolby Vision of profile 10, .* over VP9$/);
  assert.match(
    await reasonOf('V_MPEGH/ISO/HEVC', addition('dvcC', record(5, 0))),
    /^it is Dolby Vision without a decoder configuration/,
  );
});

test.run();
