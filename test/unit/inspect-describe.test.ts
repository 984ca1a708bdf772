import { open, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { main } from '../../core/cli/main.ts';
import type { Parts } from '../../core/cli/parts.ts';
import { packageTitle } from '../../core/index.ts';
import type { PackageDescription } from '../../core/inspect/describe/describe-package.ts';
import { parts } from '../helpers/commands/cli-program.ts';
import { Sink } from '../helpers/commands/cli-runs.ts';
import { ffmpeg, ffprobe } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { shakaPackager } from '../helpers/oracles/shaka-packager.ts';
import { BUILTINS, MANUAL, resolveInProject } from '../recorded/sample-config.ts';

const test = suite('sealpack inspect');

const MEDIA = join(import.meta.dirname, '../media');
const SAMPLE = join(MEDIA, 'sample-180p.mp4');
const KEY_ID = '000102030405060708090a0b0c0d0e0f';
const KEY = '101112131415161718191a1b1c1d1e1f';

const builtin: Parts = { ...parts, builtins: BUILTINS };

/** What the command prints. */
async function inspect(...args: string[]): Promise<{ text: string; status: number; error: string }> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const { signal } = new AbortController();
  const shell = { stdin: process.stdin, stdout, stderr, env: {}, cwd: MEDIA, signal, now: () => 0 };
  const status = await main(['inspect', ...args], shell, async () => builtin);
  return { text: stdout.text, status, error: stderr.text };
}

/** The same as data. */
async function described(path: string, ...args: string[]): Promise<PackageDescription> {
  const { text } = await inspect(path, '--json', ...args);
  return JSON.parse(text) as PackageDescription;
}

const fits = (text: string): void => {
  for (const line of text.split('\n')) {
    // A word that is longer stays whole.
    assert.ok([...line].length <= 80 || line.trim().split(' ').length === 1, line);
  }
};

test('a progressive file is what ffprobe finds: samples, bytes, times, key frames', async () => {
  const [file] = (await described(SAMPLE)).files;
  const { streams } = (await ffprobe(SAMPLE, [
    ...[
      '-count_packets',
      '-show_entries',
      'stream=id,nb_read_packets,codec_type,width,height,duration,bit_rate',
    ],
  ])) as { streams: Record<string, string>[] };
  const { packets } = (await ffprobe(SAMPLE, [
    '-select_streams',
    'v',
    '-show_entries',
    'packet=pts_time,flags',
  ])) as {
    packets: { pts_time: string; flags: string }[];
  };
  const keys = packets.filter(({ flags }) => flags.startsWith('K')).map(({ pts_time }) => Number(pts_time));
  const { tracks, duration } = file!.mp4!;
  assert.equal(
    tracks.map(({ kind, samples, entries }) => [kind, samples, entries[0]!.width, entries[0]!.height]),
    streams.map((stream) => [
      stream['codec_type'],
      Number(stream['nb_read_packets']),
      stream['width'],
      stream['height'],
    ]),
  );
  for (const [index, { bitRate }] of tracks.entries())
    assert.ok(Math.abs(bitRate / Number(streams[index]!['bit_rate']) - 1) < 0.01, `${bitRate}`);
  assert.ok(Math.abs(duration - Number(streams[0]!['duration'])) < 0.1);
  const gaps = keys.slice(1).map((time, index) => time - keys[index]!);
  assert.equal(tracks[0]!.keyFrames, {
    count: keys.length,
    shortest: Math.min(...gaps),
    longest: Math.max(...gaps),
  });
  assert.is(tracks[0]!.protection, undefined);
});

test('what Shaka Packager encrypts: scheme, key id, IVs, clear lead, pssh, sidx; and its playlists and MPD', async () => {
  const folder = temporaryFolder('inspect-shaka');
  await shakaPackager(
    [
      `in=${SAMPLE},stream=video,output=video.mp4`,
      `in=${SAMPLE},stream=audio,output=audio.mp4`,
      ...['--enable_raw_key_encryption', '--keys', `label=:key_id=${KEY_ID}:key=${KEY}`],
      ...['--protection_systems', 'Widevine,PlayReady', '--protection_scheme', 'cbcs', '--clear_lead', '4'],
      ...[
        '--segment_duration',
        '2',
        '--mpd_output',
        'stream.mpd',
        '--hls_master_playlist_output',
        'master.m3u8',
      ],
    ],
    folder,
  );
  const { manifests, files } = await described(folder);
  const video = files.find(({ path }) => path === 'video.mp4')!.mp4!;
  const [track] = video.tracks;
  const encrypted = track!.entries.find(({ encryption }) => encryption)!;
  assert.equal(encrypted.encryption, { scheme: 'cbcs', kid: KEY_ID, ivBytes: 0, pattern: [1, 9] });
  const { periods, clearLead, hasSubsamples } = track!.protection!;
  assert.equal(
    periods.map(({ kid }) => kid),
    [undefined, KEY_ID],
  );
  assert.is(clearLead, periods[1]!.start);
  assert.is(clearLead, 4);
  assert.ok(hasSubsamples);
  assert.is(track!.samples, 500);
  assert.equal(video.pssh.map(({ system, kids }) => [system, kids]).sort(), [
    ['PlayReady', [KEY_ID]],
    ['Widevine', [KEY_ID]],
  ]);
  assert.is(video.indexes[0]!.segments, video.fragments!.count);
  assert.is(Math.round(video.indexes[0]!.duration), 20);
  assert.equal(
    manifests
      .map(({ kind, renditions }) => [kind, renditions.filter(({ kind: of }) => of !== 'trick').length])
      .sort(),
    [
      ['hls', 2],
      ['mpd', 2],
    ],
  );
  for (const { renditions } of manifests)
    assert.ok(renditions.every(({ keys }) => keys.some(({ kids }) => kids.includes(KEY_ID))));
  const { text, status } = await inspect(folder);
  assert.is(status, 0);
  fits(text);
  assert.match(text, /encrypted: cbcs, pattern 1:9, constant\s+IV, key 00010203-0405-0607-0809-0a0b0c0d0e0f/);
  assert.not.match(text, new RegExp(KEY));
});

test('our own outputs: the share of bytes that the writer says, crypto periods where keys change', async () => {
  const output = temporaryFolder('inspect-own');
  const config = resolveInProject({
    preset: 'local',
    contentId: 'film',
    inputs: [
      { file: SAMPLE, label: 'Ton <b>' },
      { file: join(MEDIA, 'sample-en.vtt'), language: 'en' },
    ],
    ...{
      output,
      modes: ['dash-cenc', 'hls-aes'],
      keys: 'audio-video',
      keyRotation: 6,
      clearLead: 3,
      segmentDuration: 2,
    },
    ...{ workers: 0, plugins: [['key-local', { folder: join(output, 'keys') }]] },
  });
  const { modes } = await packageTitle(config);
  const { files, manifests } = await described(join(output, modes[0]!.outputs[0]!));
  for (const [index, name] of ['media-video-1.mp4', 'media-audio-und.mp4'].entries()) {
    const written = modes[0]!.renditions[index]!.tracks[0]!;
    assert.ok(written.kind !== 'text' && written.protection);
    const [track] = files.find(({ path }) => path === name)!.mp4!.tracks;
    assert.is(track!.samples, written.sampleCount);
    assert.is(track!.bytes, written.bytes);
    assert.is(track!.protection!.samples, written.protection!.encrypted);
    assert.is(track!.protection!.bytes, written.protection!.protectedBytes);
    const kids = modes[0]!
      .keys!.filter(({ label }) => label === ['VIDEO', 'AUDIO'][index])
      .map(({ keyId }) => keyId.replaceAll('-', ''));
    assert.equal(
      track!.protection!.periods.map(({ kid }) => kid),
      [undefined, ...kids],
    );
  }
  assert.is(manifests[0]!.renditions.length, 3);
  const hls = await described(join(output, modes[1]!.outputs[0]!));
  const stream = hls.files.find(({ path }) => path === 'media-1/media.ts')!;
  assert.is(stream.format, 'mpeg-ts');
  assert.is(stream.transport!.packets * 188, stream.bytes);
  assert.equal(
    stream.transport!.streams.map(({ kind, width }) => [kind, width]),
    [
      ['video', 320],
      ['audio', undefined],
    ].slice(0, stream.transport!.streams.length),
  );
  assert.ok(Math.abs(stream.transport!.duration! - 20) < 0.2);
  const { text } = await inspect(output);
  fits(text);
  assert.not.match(text, /\p{Cc}(?<!\n)/u);
  const wrapped = temporaryFolder('inspect-ncg');
  const whole = { preset: MANUAL, contentId: 'film', inputs: [SAMPLE], modes: ['ncg'], workers: 0 };
  await packageTitle(resolveInProject({ ...whole, output: wrapped }));
  assert.match(
    (await inspect(join(wrapped, 'sample-180p.mp4.ncg'))).text,
    /NCG: key id [0-9a-f]{32}, content id film/,
  );
});

test('a tree of boxes has every kind, with offsets that ffprobe would find, and leaves out what repeats', async () => {
  const folder = temporaryFolder('inspect-boxes');
  const path = join(folder, 'fragments.mp4');
  await ffmpeg([
    '-i',
    SAMPLE,
    '-c',
    'copy',
    '-movflags',
    'frag_every_frame+empty_moov+default_base_moof',
    path,
  ]);
  const { files } = await described(path, '--boxes');
  const { boxes } = files[0]!.tree!;
  const bytes = await readFile(path);
  const shown = boxes.filter((node) => 'type' in node);
  for (const { type, offset, size } of shown) {
    assert.is(bytes.toString('latin1', offset + 4, offset + 8), type);
    assert.is(bytes.readUInt32BE(offset), size);
  }
  const left = boxes.reduce((sum, node) => sum + ('leftOut' in node ? node.leftOut : 0), 0);
  const count = files[0]!.mp4!.boxes.reduce((sum, box) => sum + box.count, 0);
  assert.is(left + shown.length, count);
  assert.ok(left > 2000, `${left}`);
  const { text } = await inspect(path, '--boxes');
  fits(text);
  assert.match(text, /… \d,\d{3} more of these \(moof, mdat\)/);
  assert.match(text, /\n +\d+ +\d+ {4}traf\n +\d+ +\d+ {6}tfhd\s+track_ID 1/);
  assert.ok(text.split('\n').length < 150);
});

test('a file that is cut is told up to there, wherever that is: what was read, the sentence with its place, status 3', async () => {
  const folder = temporaryFolder('inspect-cut');
  const fragmented = join(folder, 'fragmented.mp4');
  await ffmpeg([
    '-i',
    SAMPLE,
    '-c',
    'copy',
    '-movflags',
    'frag_keyframe+empty_moov+default_base_moof',
    fragmented,
  ]);
  const path = join(folder, 'cut.mp4');
  for (const source of [SAMPLE, fragmented]) {
    const bytes = await readFile(source);
    for (const share of [0.001, 0.003, 0.01, 0.2, 0.5, 0.999]) {
      await writeFile(path, bytes.subarray(0, Math.round(bytes.length * share)));
      const { text, status } = await inspect(path);
      assert.is(status, 3, `${source} ${share}\n${text}`);
      assert.match(text, /Damaged: .*cut\.mp4 .*,\s+at\s+byte\s+\d+\./s);
      assert.match(text, /brand isom|brand iso5|brand iso6/);
    }
  }
  const [file] = (await described(path)).files;
  assert.ok(file!.mp4!.tracks[0]!.samples > 400);
  assert.ok(file!.damage!.offset > 0 && file!.damage!.offset < file!.bytes);
});

test('bytes that were changed never end it without a word', async () => {
  const folder = temporaryFolder('inspect-noise');
  const path = join(folder, 'noise.mp4');
  const bytes = await readFile(SAMPLE);
  const moov = bytes.indexOf('moov');
  for (let at = 8; at < moov + 1200; at += at < 32 ? 5 : 57) {
    const changed = Buffer.from(bytes);
    changed[at] = changed[at]! ^ 0xff;
    await writeFile(path, changed);
    const { text, status, error } = await inspect(path);
    assert.ok(
      status === 0 || (status === 3 && /Damaged|error/.test(text + error)),
      `${at}: ${status} ${error}`,
    );
    assert.not.match(text + error, /UNEXPECTED|RangeError|\p{Cc}(?<!\n)/u);
  }
});

test('inputs that once failed are told what is wrong with them', async () => {
  const path = hasFault('same-track-id')
    ? fault('same-track-id', 'same-track-id.mp4')
    : await withTrackId(join(temporaryFolder('inspect-ids'), 'same.mp4'));
  const { text, status } = await inspect(path);
  assert.is(status, 3);
  assert.match(text, /share\s+a\s+track_ID,\s+at\s+byte\s+\d+\./);
});

/** The sample, whose second track has the number of the first. */
async function withTrackId(path: string): Promise<string> {
  const bytes = await readFile(SAMPLE);
  const second = bytes.indexOf('tkhd', bytes.indexOf('tkhd') + 4);
  bytes.writeUInt32BE(1, second + 16);
  await writeFile(path, bytes);
  return path;
}

test('a huge file is read by its headers alone', async () => {
  const path = join(temporaryFolder('inspect-huge'), 'huge.mp4');
  await ffmpeg(['-i', SAMPLE, '-c', 'copy', path]);
  const file = await open(path, 'r+');
  // 100 GB of nothing in a box of its own, behind all others.
  const { size } = await file.stat();
  const box = Buffer.from('\0\0\0\u0001mdat\0\0\0\0\0\0\0\0', 'latin1');
  box.writeBigUInt64BE(100_000_000_000n, 8);
  await file.write(box, 0, box.length, size);
  await file.truncate(size + 100_000_000_000);
  await file.close();
  const [found] = (await described(path)).files;
  assert.is(found!.bytes, size + 100_000_000_000);
  assert.is(found!.mp4!.tracks[0]!.samples, 500);
  assert.is(found!.damage, undefined);
});

test('subtitles, images, other containers; what nobody knows, and what is not there', async () => {
  assert.match((await inspect('sample-en.vtt')).text, /webvtt: 6 cues, from 0:00\.500 to 0:19\.500/);
  assert.match((await inspect('sample-de.ttml')).text, /ttml: 4 cues.*, de/);
  assert.match((await inspect('thumbnails/sprite-1.jpg')).text, /a JPEG image: size 800x180/);
  const mkv = join(temporaryFolder('inspect-mkv'), 'film.mkv');
  await ffmpeg(['-i', SAMPLE, '-c', 'copy', mkv]);
  assert.match((await inspect(mkv)).text, /Matroska.*\n {2}video 1: codecs avc1\.640015, size 320x180/i);
  const odd = join(temporaryFolder('inspect-odd'), 'odd.bin');
  await writeFile(odd, Buffer.alloc(5000, 7));
  assert.match((await inspect(odd)).text, /of no format that is known here/);
  const missing = await inspect('nothing.mp4');
  assert.is(missing.status, 3);
  assert.match(missing.error, /INPUT_NOT_FOUND/);
});

test('what is no input, or is damaged, is told as far as it is known: other codecs, containers that are cut, manifests', async () => {
  const folder = temporaryFolder('inspect-others');
  const [vorbis, cut, mpd] = ['vorbis.mkv', 'cut.mkv', 'cut.mpd'].map((name) => join(folder, name));
  await ffmpeg(['-f', 'lavfi', '-i', 'sine', '-t', '0.1', '-c:a', 'libvorbis', vorbis!]);
  const other = await inspect(vorbis!);
  assert.is(other.status, 0, other.error);
  assert.match(other.text, /Matroska or WebM\n[\s\S]*A_VORBIS/);
  await writeFile(cut!, (await readFile(vorbis!)).subarray(0, 2000));
  await writeFile(mpd!, '<MPD><Period>');
  for (const path of [cut!, mpd!]) {
    const { text, status, error } = await inspect(path);
    assert.is(status, 3, error);
    assert.match(text, /\n {2}Damaged: /);
    assert.ok((await described(path)).files[0]!.damage);
  }
});

test('a folder is described whatever its playlists name, and whatever one manifest of it is', async () => {
  const folder = temporaryFolder('inspect-foreign');
  await writeFile(join(folder, 'stream.mpd'), '<MPD><Period>');
  await symlink('/dev/null', join(folder, '2.ts'));
  for (const [index, name] of ['https://cdn.example/1.ts', '../../1.ts', '2.ts'].entries())
    await writeFile(
      join(folder, `${index}.m3u8`),
      `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${name}\n#EXT-X-ENDLIST\n`,
    );
  const { manifests, files } = await described(folder);
  assert.equal(
    manifests.map(({ path }) => path),
    ['0.m3u8', '1.m3u8', '2.m3u8'],
  );
  assert.equal(
    files.map(({ path, damage }) => [path, damage !== undefined]),
    [['stream.mpd', true]],
  );
});

test('entries of metadata, languages that are none, and what encryption left behind are no damage', async () => {
  const path = join(temporaryFolder('inspect-metadata'), 'odd.mp4');
  await ffmpeg([
    ...['-i', SAMPLE, '-t', '1', '-c', 'copy', '-movflags', '+frag_keyframe+empty_moov+default_base_moof'],
    ...['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', KEY, '-encryption_kid', KEY_ID, path],
  ]);
  const bytes = await readFile(path);
  // The picture in the clear, with `senc` in its fragments; the sound as metadata whose entry has texts.
  bytes.write('avc1', bytes.indexOf('encv'), 'latin1');
  bytes.write('free', bytes.indexOf('sinf'), 'latin1');
  bytes.write('meta', bytes.indexOf('soun'), 'latin1');
  const entry = bytes.indexOf('enca');
  bytes.write('mett', entry, 'latin1');
  bytes.write('application/metadata', entry + 12, 'latin1');
  const language = bytes.lastIndexOf('mdhd') + 20;
  bytes.writeUInt16BE(0, language);
  await writeFile(path, bytes);
  const [file] = (await described(path)).files;
  assert.is(file!.damage, undefined);
  const { tracks } = file!.mp4!;
  assert.equal(
    tracks.map(({ kind, language: of, entries, samples }) => [kind, of, entries[0]!.format, samples > 0]),
    [
      ['video', tracks[0]!.language, 'avc1', true],
      ['other', undefined, 'mett', true],
    ],
  );
  // A movie that cannot be read is one all the same.
  bytes.write('gone', bytes.indexOf('stsd'), 'latin1');
  await writeFile(path, bytes);
  assert.match((await inspect(path)).text, /MP4, whose movie \(moov\) cannot be read/);
});

test.run();
