/** The harness is an oracle, so it is tried on what other packagers made: right keys play, wrong keys do not. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { flashAndBeep, RATE, SECONDS, SIZE } from '../helpers/media/flash-and-beep.ts';
import { shakaPackager } from '../helpers/oracles/shaka-packager.ts';
import { assertDoesNotPlay, assertPlays } from './expect.ts';
import { assertBeeps, assertPictures, assertWhole, watchBeeps } from './expect-watched.ts';
import { play } from './play.ts';
import { usesBrowser } from './player-page.ts';

const SAMPLE = join(import.meta.dirname, '../media/sample-180p.mp4');
const KEY_ID = '000102030405060708090a0b0c0d0e0f';
const KEY = '101112131415161718191a1b1c1d1e1f';
const WRONG_KEY = 'ffeeddccbbaa99887766554433221100';
const IV = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf';

const test = suite('browser harness');

usesBrowser(test);

/** Common Encryption with Shaka Packager. */
async function dash(input: string): Promise<string> {
  const folder = temporaryFolder('dash');
  await shakaPackager(
    [
      `in=${input},stream=video,output=video.mp4`,
      `in=${input},stream=audio,output=audio.mp4`,
      ...['--enable_raw_key_encryption', '--keys', `label=:key_id=${KEY_ID}:key=${KEY}`],
      ...['--protection_scheme', 'cenc', '--clear_lead', '0', '--segment_duration', '2'],
      ...['--mpd_output', 'stream.mpd'],
    ],
    folder,
  );
  return folder;
}

/** SAMPLE-AES in transport streams with Shaka Packager, with an identity key. */
async function sampleAes(key: string): Promise<string> {
  const folder = temporaryFolder('sample-aes');
  await shakaPackager(
    [
      `in=${SAMPLE},stream=video,segment_template=video-$Number$.ts,playlist_name=video.m3u8`,
      `in=${SAMPLE},stream=audio,segment_template=audio-$Number$.ts,playlist_name=audio.m3u8`,
      ...['--enable_raw_key_encryption', '--keys', `label=:key_id=${KEY_ID}:key=${KEY}:iv=${IV}`],
      ...['--protection_scheme', 'cbcs', '--clear_lead', '0', '--segment_duration', '2'],
      ...['--hls_master_playlist_output', 'master.m3u8', '--hls_key_uri', 'key.bin'],
    ],
    folder,
  );
  await writeFile(join(folder, 'key.bin'), Buffer.from(key, 'hex'));
  return folder;
}

/** AES-128 over whole segments with ffmpeg. */
async function aes128(key: string): Promise<string> {
  const folder = temporaryFolder('aes-128');
  const keyFile = join(folder, 'key.bin');
  await writeFile(keyFile, Buffer.from(KEY, 'hex'));
  await writeFile(join(folder, 'key-info'), `key.bin\n${keyFile}\n${IV}\n`);
  const hls = ['-f', 'hls', '-hls_time', '2', '-hls_list_size', '0', '-hls_key_info_file', 'key-info'];
  await ffmpeg(['-i', SAMPLE, '-c', 'copy', ...hls, 'master.m3u8'], { cwd: folder });
  await writeFile(keyFile, Buffer.from(key, 'hex'));
  return folder;
}

let sample: Promise<string> | undefined;
const dashSample = (): Promise<string> => {
  sample ??= dash(SAMPLE);
  return sample;
};

for (const player of ['shaka', 'dashjs'] as const) {
  test(`${player} plays DASH with the right ClearKey`, async () => {
    const clearKeys = { [KEY_ID]: KEY };
    assertPlays(await play({ player, folder: await dashSample(), manifest: 'stream.mpd', clearKeys }));
  });

  test(`${player} does not play DASH with a wrong ClearKey`, async () => {
    const clearKeys = { [KEY_ID]: WRONG_KEY };
    assertDoesNotPlay(await play({ player, folder: await dashSample(), manifest: 'stream.mpd', clearKeys }));
  });
}

for (const [name, make] of Object.entries({ 'SAMPLE-AES': sampleAes, 'AES-128': aes128 })) {
  test(`hls.js plays ${name} with the right key`, async () => {
    assertPlays(await play({ player: 'hls', folder: await make(KEY), manifest: 'master.m3u8' }));
  });

  test(`hls.js does not play ${name} with a wrong key`, async () => {
    const folder = await make(WRONG_KEY);
    assertDoesNotPlay(await play({ player: 'hls', folder, manifest: 'master.m3u8' }));
  });
}

const complaint = (check: Promise<void>): Promise<string> => check.then(() => 'none', String);

test('pictures and beeps are found at their times, and missed where they would be a frame too late or too early', async () => {
  const path = await flashAndBeep('H.264', 'AAC', 'mp4');
  const looks = [1, 0.52];
  const listens = [[0.75, 0.5]] as const;
  const title = { player: 'shaka', folder: await dash(path), manifest: 'stream.mpd' } as const;
  const watched = await watchBeeps({ ...title, clearKeys: { [KEY_ID]: KEY }, size: SIZE, looks, listens });
  assertWhole(watched, SECONDS);
  assertBeeps(watched, listens);
  await assertPictures(watched, looks, { path, start: 0 });

  const aacFrame = 1024 / 48_000;
  for (const late of [-aacFrame, aacFrame]) {
    const beepsThere = async () => assertBeeps(watched, [[0.75 + late, 0.5]]);
    assert.match(await complaint(beepsThere()), 'beeps begin at');
  }
  for (const late of [-1, 1]) {
    const pictures = watched.pictures.map(({ mediaTime, luma }) => ({
      mediaTime: mediaTime + late / RATE,
      luma,
    }));
    const asked = looks.map((time) => time + late / RATE);
    const picturesThere = assertPictures({ ...watched, pictures }, asked, { path, start: 0 });
    assert.match(await complaint(picturesThere), 'is the one of the source');
  }
});

test.run();
