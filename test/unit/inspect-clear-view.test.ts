/** A protected file as the clear one that it was: the same length, the same samples, and nothing that speaks of protection. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ContentKey, PackagerError, packageTitle } from '../../core/index.ts';
import type { KeyLookup } from '../../core/inspect/model/track-reader.ts';
import { clearView, openMp4, readMp4Layout } from '../../core/inspect/mp4/index.ts';
import type { ByteSource } from '../../core/kit.ts';
import { dashCenc, demuxMp4 } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { titleKey, titleKeySource } from '../helpers/keyed/title-keys.ts';
import { KEYED_LIMITS, keyedMedia } from '../helpers/media/keyed-media.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';
import { hashes, mp4Samples } from '../helpers/oracles/samples.ts';
import { Dice } from '../helpers/random/dice.ts';
import { filesBelow, packageWith, TEST_KEY, titleOptions } from '../helpers/titles/package.ts';
import { cbcsMode } from '../plugins/mode-cbcs.ts';

const test = suite('inspect: clear view');

const SAMPLE = join(import.meta.dirname, '../media/sample-180p.mp4');
/** Boxes and codes that no clear file has. */
const PROTECTION = /enc[vat]|sinf|schm|tenc|senc|saiz|saio|seig|pssh/;

const lookup =
  (...keys: readonly { readonly keyId: string; readonly key: string }[]): KeyLookup =>
  ({ kid }) => {
    const found = keys.find(({ keyId }) => keyId === kid);
    const bytes = (hex: string) => Buffer.from(hex, 'hex');
    return found && new ContentKey({ id: bytes(found.keyId), key: bytes(found.key) });
  };

const wholeOf = (bytes: Buffer) => ({ source: memorySource(bytes), from: 0, to: bytes.length });

/** All of a source, a few bytes and many at a time. */
async function readWhole(source: ByteSource): Promise<Buffer> {
  const all = Buffer.alloc(source.size);
  for (let at = 0, length = 1; at < all.length; at += length, length = (length * 7) % 300_007)
    await source.read(at, [all.subarray(at, Math.min(at + length, all.length))]);
  return all;
}

/** Write it, and see that ffmpeg decodes from it what it decodes from the source. @returns the clear bytes */
async function assertClear(
  protectedBytes: Buffer,
  keys: KeyLookup,
  source: string,
  init?: Buffer,
): Promise<Buffer> {
  const view = await clearView(memorySource(protectedBytes), keys, init && wholeOf(init));
  assert.is(view.size, protectedBytes.length);
  const clear = await readWhole(view);
  const dice = new Dice(5);
  const reads = Array.from({ length: 30 }, async () => {
    const from = dice.below(clear.length);
    const piece = Buffer.alloc(dice.below(Math.min(50_000, clear.length - from)));
    await view.read(from, [piece.subarray(0, piece.length >> 1), piece.subarray(piece.length >> 1)]);
    assert.ok(piece.equals(clear.subarray(from, from + piece.length)), `${piece.length} bytes from ${from}`);
  });
  await Promise.all(reads);
  if (init) return clear;
  const path = join(temporaryFolder('clear'), 'clear.mp4');
  await writeFile(path, clear);
  await ffmpeg(['-i', path, '-f', 'null', '-']);
  const media = await openMp4(memorySource(clear));
  for (const { track } of media.tracks) {
    assert.ok(
      track.entries.every(({ protection, type, format }) => protection === undefined && type === format),
    );
    const stream = track.kind === 'video' ? 'v:0' : 'a:0';
    assert.equal(hashes(await mp4Samples(path, stream)), hashes(await mp4Samples(source, stream)));
  }
  return clear;
}

/** What is outside of `mdat`. */
async function headersOf(bytes: Buffer): Promise<string> {
  const { boxes } = await readMp4Layout(memorySource(bytes));
  const rows = Array.from({ length: boxes.count }, (_, row) => row).filter(
    (row) => boxes.type(row) !== 'mdat',
  );
  const piece = (row: number) => bytes.subarray(boxes.position(row), boxes.position(row) + boxes.size(row));
  return Buffer.concat(rows.map(piece)).toString('latin1');
}

for (const mode of [dashCenc, cbcsMode]) {
  test(`keys that change, clear segments, sample groups: ${mode().name}`, async () => {
    const [input = ''] = await keyedMedia('avc', [{ encoder: 'aac', language: 'en' }], 1);
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
      const bytes = await readFile(join(output, name));
      const before = await headersOf(bytes);
      assert.match(before, PROTECTION);
      const clear = await assertClear(bytes, lookup(...keys), input);
      assert.not.match(await headersOf(clear), PROTECTION);
      for (const { keyId } of keys) assert.not(clear.includes(Buffer.from(keyId, 'hex')));
      const [one, other] = await Promise.all([bytes, clear].map((file) => readMp4Layout(memorySource(file))));
      assert.equal(other?.indexes, one?.indexes);
    }
  });
}

test('a progressive file, with its vectors in tables', async () => {
  const path = await madeOnce('inspect-cenc.mp4', async (made) => {
    const key = ['-encryption_key', TEST_KEY.key, '-encryption_kid', TEST_KEY.keyId];
    await ffmpeg(['-i', SAMPLE, '-c', 'copy', '-encryption_scheme', 'cenc-aes-ctr', ...key, made]);
  });
  const clear = await assertClear(await readFile(path), lookup(TEST_KEY), SAMPLE);
  assert.not.match(await headersOf(clear), PROTECTION);
});

test('segments in files of their own, by their init segment', async () => {
  const { output } = await packageWith([dashCenc({ layout: 'segments' })], { inputs: [SAMPLE] });
  const names = (await filesBelow(output)).filter((name) => /video/.test(name) && !name.endsWith('.mpd'));
  const init = names.find((name) => /init/.test(name)) ?? '';
  const media = names.filter((name) => name !== init);
  media.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const head = await readFile(join(output, init));
  const pieces = [await readWhole(await clearView(memorySource(head), lookup(TEST_KEY)))];
  for (const name of media)
    pieces.push(await assertClear(await readFile(join(output, name)), lookup(TEST_KEY), SAMPLE, head));
  const joined = Buffer.concat(pieces);
  assert.not.match(await headersOf(joined), PROTECTION);
  assert.equal(await assertClear(joined, () => undefined, SAMPLE), joined, 'what is clear stays as it is');

  const [first = ''] = media;
  const locked = await clearView(
    memorySource(await readFile(join(output, first))),
    () => undefined,
    wholeOf(head),
  );
  try {
    await readWhole(locked);
    assert.unreachable();
  } catch (error) {
    assert.ok(PackagerError.is(error));
    assert.is(error.code, 'NO_KEY');
    assert.match(error.message, TEST_KEY.keyId);
  }
});

test.run();
