/** The reader of finished packages against what others write, and against sources: sample for sample. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ContentKey, packageTitle } from '../../core/index.ts';
import { DamageError } from '../../core/inspect/model/damage-error.ts';
import type { ListedSegment } from '../../core/inspect/model/listed-package.ts';
import type { KeyLookup } from '../../core/inspect/model/track-reader.ts';
import type { Mp4Media, Mp4Segment } from '../../core/inspect/mp4/index.ts';
import { openMp4, openMp4Rendition, readMp4Layout } from '../../core/inspect/mp4/index.ts';
import { openFile } from '../../core/kit.ts';
import { dashCenc, demuxMp4 } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { titleKey, titleKeySource } from '../helpers/keyed/title-keys.ts';
import { KEYED_LIMITS, keyedMedia } from '../helpers/media/keyed-media.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';
import { shakaPackager } from '../helpers/oracles/shaka-packager.ts';
import { Dice } from '../helpers/random/dice.ts';
import { filesBelow, packageWith, TEST_KEY, titleOptions } from '../helpers/titles/package.ts';
import { cbcsMode } from '../plugins/mode-cbcs.ts';

const test = suite('inspect: MP4');

const SAMPLE = join(import.meta.dirname, '../media/sample-180p.mp4');

const lookup =
  (...keys: readonly { readonly keyId: string; readonly key: string }[]): KeyLookup =>
  ({ kid }) => {
    const found = keys.find(({ keyId }) => keyId === kid);
    const bytes = (hex: string) => Buffer.from(hex, 'hex');
    return found && new ContentKey({ id: bytes(found.keyId), key: bytes(found.key) });
  };

const hash = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

interface ReadTrack {
  readonly codecs: readonly (string | undefined)[];
  readonly hashes: readonly string[];
  readonly missing: readonly string[];
  readonly encrypted: number;
}

/** All samples of each track, decrypted, by kind. */
async function readAll(media: Mp4Media): Promise<Map<string, ReadTrack>> {
  const tracks = new Map<string, ReadTrack>();
  for (const { track, segments } of media.tracks) {
    const hashes: string[] = [];
    const missing = new Set<string>();
    let encrypted = 0;
    for await (const segment of segments()) {
      for (const kid of segment.missingKeys) missing.add(kid);
      hashes.push(...clearSamples(segment).map(hash));
      encrypted += segment.protectedBytes.reduce((sum, bytes) => sum + bytes, 0);
    }
    const codecs = track.entries.map((entry) => entry.codecs);
    tracks.set(track.kind, { codecs, hashes, missing: [...missing], encrypted });
  }
  return tracks;
}

const clearSamples = ({ count, clear, clearStarts }: Mp4Segment): Uint8Array[] =>
  Array.from({ length: count }, (_, row) => clear.subarray(clearStarts[row], clearStarts[row + 1]));

async function readFileTracks(path: string, keys?: KeyLookup): Promise<Map<string, ReadTrack>> {
  const source = await openFile(path);
  try {
    return await readAll(await openMp4(source, keys ? { keys } : {}));
  } finally {
    await source.close();
  }
}

/** That what was decrypted is what the source has. */
async function assertSame(found: ReadonlyMap<string, ReadTrack>, source: string): Promise<void> {
  const expected = await readFileTracks(source);
  for (const [kind, { hashes, missing, encrypted }] of found) {
    assert.equal(hashes, expected.get(kind)?.hashes, kind);
    assert.equal(missing, []);
    assert.ok(encrypted > 0, `${kind} is protected`);
  }
}

for (const scheme of ['cenc', 'cens', 'cbc1', 'cbcs']) {
  test(`samples and codec strings of Shaka Packager, ${scheme}, clear at first`, async () => {
    const folder = temporaryFolder('shaka');
    await shakaPackager(
      [
        ...['video', 'audio'].map((stream) => `in=${SAMPLE},stream=${stream},output=${stream}.mp4`),
        ...['--protection_scheme', scheme, '--enable_raw_key_encryption', '--keys'],
        `label=:key_id=${TEST_KEY.keyId}:key=${TEST_KEY.key}`,
        ...['--clear_lead', '6', '--segment_duration', '2', '--mpd_output', 'stream.mpd'],
      ],
      folder,
    );
    const mpd = await readFile(join(folder, 'stream.mpd'), 'utf8');
    for (const stream of ['video', 'audio']) {
      const found = await readFileTracks(join(folder, `${stream}.mp4`), lookup(TEST_KEY));
      await assertSame(found, SAMPLE);
      const { codecs = [] } = found.get(stream) ?? {};
      assert.is(new Set(codecs).size, 1);
      assert.match(mpd, `codecs="${codecs[0]}"`);
    }
    const without = await readFileTracks(join(folder, 'video.mp4'));
    assert.equal(without.get('video')?.missing, [TEST_KEY.keyId]);
  });
}

test('a progressive file that FFmpeg encrypted has its vectors in stbl', async () => {
  const path = await madeOnce('inspect-cenc.mp4', async (made) => {
    const key = ['-encryption_key', TEST_KEY.key, '-encryption_kid', TEST_KEY.keyId];
    await ffmpeg(['-i', SAMPLE, '-c', 'copy', '-encryption_scheme', 'cenc-aes-ctr', ...key, made]);
  });
  await assertSame(await readFileTracks(path, lookup(TEST_KEY)), SAMPLE);
  // Without `senc`, `saiz` and `saio` lead to the same.
  const bytes = await readFile(path);
  for (let at = bytes.indexOf('senc'); at >= 0; at = bytes.indexOf('senc')) bytes.write('free', at, 'latin1');
  const media = await openMp4(memorySource(bytes), { keys: lookup(TEST_KEY) });
  await assertSame(await readAll(media), SAMPLE);
});

test('segments in files of their own, and pieces of one file, are read as one rendition', async () => {
  const { output } = await packageWith([dashCenc({ layout: 'segments' })], { inputs: [SAMPLE] });
  const names = await filesBelow(output);
  const init = names.find((name) => /video.*init|init.*video/.test(name)) ?? '';
  const folder = init.slice(0, init.lastIndexOf('/') + 1);
  const media = names.filter(
    (name) => name.startsWith(folder) && name.endsWith('.m4s') && /video/.test(name),
  );
  media.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  assert.is(media.length, 10);
  const opened: string[] = [];
  const files = {
    open: (path: string) => {
      opened.push(path);
      return openFile(join(output, path));
    },
  };
  const place = (path: string) => ({ path, offset: 0, length: undefined });
  const segments = media.map((path) => ({ place: place(path), init: undefined }) as ListedSegment);
  const rendition = await openMp4Rendition(
    files,
    { init: place(init), segments },
    { keys: lookup(TEST_KEY) },
  );
  await assertSame(await readAll(rendition), SAMPLE);
  assert.equal(opened, [init, ...media]);

  const single = await packageWith([dashCenc()], { inputs: [SAMPLE] });
  const whole = (await filesBelow(single.output)).find((name) => /video/.test(name)) ?? '';
  const source = await openFile(join(single.output, whole));
  const { indexes, boxes } = await readMp4Layout(source);
  await source.close();
  const [index] = indexes;
  assert.is(index?.rows.length, 10);
  assert.is(boxes.position(boxes.count - 1) + boxes.size(boxes.count - 1), source.size);
  opened.length = 0;
  const pieces = await openMp4Rendition(
    { open: (path) => files.open(join('..', '..', path)).catch(() => openFile(join(single.output, path))) },
    {
      init: { path: whole, offset: 0, length: index?.position },
      segments: (index?.rows ?? []).map(
        (row) =>
          ({
            place: { path: whole, offset: row.position, length: row.size },
            init: undefined,
          }) as ListedSegment,
      ),
    },
    { keys: lookup(TEST_KEY) },
  );
  await assertSame(await readAll(pieces), SAMPLE);
  assert.is(opened.length, 2, 'pieces of one file open it once, and once for the init segment');
});

test('keys that change with groups and clear segments at first', async () => {
  const [input = ''] = await keyedMedia('avc', [{ encoder: 'aac', language: 'en' }], 1);
  for (const mode of [dashCenc, cbcsMode]) {
    const keys = [0, 1, 2, 3, 4].flatMap((period) => ['SD', 'AUDIO'].map((label) => titleKey(label, period)));
    const { output } = await packageTitle({
      title: titleOptions({
        inputs: [input],
        keys: KEYED_LIMITS,
        keyRotation: 1.25,
        clearLead: 1,
        segmentDuration: 0.5,
      }),
      plugins: [demuxMp4(), mode(), titleKeySource(['SD', 'HD', 'UHD1', 'UHD2', 'AUDIO'], 5)],
    });
    for (const name of (await filesBelow(output)).filter((file) => file.endsWith('.mp4'))) {
      const source = await openFile(join(output, name));
      const media = await openMp4(source, { keys: lookup(...keys) });
      await assertSame(await readAll(media), input);
      const kids = new Set<string | undefined>();
      const psshs: number[] = [];
      for await (const { tracks, pssh } of media.fragments()) {
        psshs.push(pssh.length);
        for (const { groups, faults } of tracks) {
          assert.equal(faults, []);
          for (const { protection } of groups) kids.add(protection?.kid);
        }
      }
      assert.ok(kids.size > 2, `${name} has ${kids.size} keys in groups`);
      assert.ok(psshs.some((count) => count > 0));
      await source.close();
    }
  }
});

/** What every reader of a damaged file may say. */
async function outcome(bytes: Uint8Array): Promise<string> {
  const source = memorySource(bytes);
  try {
    await readMp4Layout(source);
    const media = await openMp4(source, { keys: lookup(TEST_KEY) });
    for await (const { tracks } of media.fragments()) assert.ok(tracks.length >= 0);
    await readAll(media);
    return 'read';
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    assert.is(error.file, source.name);
    assert.ok(Number.isSafeInteger(error.offset) && error.offset >= 0 && error.offset <= bytes.length);
    assert.match(error.message, /^(has|ends) .*[^.]$/);
    return 'damaged';
  }
}

test('a damaged file is said to be damaged, and where, whatever is wrong with it', async () => {
  const { output } = await packageWith([dashCenc()], { inputs: [SAMPLE] });
  const names = (await filesBelow(output)).filter((name) => name.endsWith('.mp4'));
  const progressive = await readFile(await madeOnce('inspect-cenc.mp4', async () => {}));
  const files = [...(await Promise.all(names.map((name) => readFile(join(output, name))))), progressive];
  const dice = new Dice(7);
  const counts = { read: 0, damaged: 0 };
  for (const file of files) {
    const heads = [...file.toString('latin1').matchAll(/moov|moof|sidx|stbl|traf|senc/g)].map(
      ({ index }) => index,
    );
    for (let round = 0; round < 60; round++) {
      const bytes = Buffer.from(file);
      for (let hits = dice.below(4); hits >= 0; hits--) {
        const at = Math.min(heads[dice.below(heads.length)]! + dice.below(700), bytes.length - 5);
        if (dice.percent(50) === 1)
          bytes.writeUInt32BE(dice.percent(50) === 1 ? 0xffff_ffff : dice.below(2 ** 16), at);
        else bytes[at] = dice.below(256);
      }
      const cut = dice.percent(20) === 1 ? dice.below(bytes.length) : bytes.length;
      const result = await outcome(bytes.subarray(0, cut));
      counts[result === 'read' ? 'read' : 'damaged']++;
    }
  }
  assert.ok(counts.damaged > 50 && counts.read > 10, JSON.stringify(counts));
});

test.run();
