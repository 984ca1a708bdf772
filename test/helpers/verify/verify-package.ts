import { createDecipheriv } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ModeReport, Report } from '../../../core/index.ts';
import { readSegments } from '../oracles/hls.ts';
import { TEST_KEY } from '../titles/package.ts';
import { boxesBetween } from './boxes.ts';
import { decryptSample } from './common-encryption.ts';
import { isSame, isSameSample, leftClear } from './compare.ts';
import type { InputSamples, InputTrack } from './input-samples.ts';
import { type ProtectedTrackFile, readProtectedTrack } from './protected-samples.ts';
import { decryptSegment, expectedInTransport, TransportReader } from './transport-samples.ts';

/** What was found of a finished package. */
export interface Verified {
  /** Coded samples that were decrypted and are those of the input; of NCG, files. */
  readonly samples: number;
  /** What is wrong; empty: nothing. */
  readonly faults: readonly string[];
}

/** What players are given; a test of this reader gives a wrong one. */
export interface VerifyKey {
  readonly keyId: string;
  readonly key: string;
  readonly iv: string;
}

type Rendition = ModeReport['renditions'][number];

/**
 * Decrypt a finished package and compare every coded sample with the one that its input has at that place. The report
 * says which file was made of which track; everything else is read from the files, by code that shares nothing with what wrote them.
 */
export async function verifyPackage(
  report: Report,
  inputs: readonly InputSamples[],
  key: VerifyKey = TEST_KEY,
): Promise<Verified> {
  let samples = 0;
  const faults: string[] = [];
  for (const mode of report.modes) {
    if (mode.renditions.length === 0) faults.push(`${mode.mode}: it wrote nothing`);
    for (const rendition of mode.renditions) {
      try {
        const compared = await new RenditionVerifier(report.output, mode, rendition, inputs, key).verify();
        if (compared === 0) throw new Error('it has no samples');
        samples += compared;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        faults.push(`${mode.mode}, ${rendition.unit.id}: ${why}`);
      }
    }
  }
  return { samples, faults };
}

class RenditionVerifier {
  readonly #folder: string;
  readonly #rendition: Rendition;
  readonly #inputs: readonly InputSamples[];
  readonly #key: VerifyKey;

  constructor(
    output: string,
    { outputs }: ModeReport,
    rendition: Rendition,
    inputs: readonly InputSamples[],
    key: VerifyKey,
  ) {
    const isFile = rendition.unit.tracks.length === 0;
    this.#folder = isFile ? output : join(output, outputs[0] ?? '');
    this.#rendition = rendition;
    this.#inputs = inputs;
    this.#key = key;
  }

  /** @returns how many samples were compared @throws Error with what is wrong */
  async verify(): Promise<number> {
    const { unit, files } = this.#rendition;
    const [first] = files;
    if (!first) throw new Error('it has no file');
    if (unit.tracks.length === 0) return this.#verifyNcg(join(this.#folder, first.path));
    const tracks = unit.tracks.map(({ input, id }) => {
      const track = this.#inputs[input]?.tracks.find((candidate) => candidate.id === id);
      if (!track) throw new Error(`input ${input + 1} has no track ${id}`);
      return track;
    });
    if (first.path.endsWith('.ts')) return this.#verifyTransport(join(this.#folder, first.path), tracks);
    const [track, another] = tracks;
    if (!track || another) throw new Error('a file of MP4 with several tracks');
    const isListed = files.length === 1 && /^[^/]+\/media\.mp4$/.test(first.path);
    const bytes = isListed
      ? await listedMp4(join(this.#folder, first.path))
      : Buffer.concat(await Promise.all(files.map(({ path }) => readFile(join(this.#folder, path)))));
    return this.#verifyFragments(bytes, track);
  }

  #verifyFragments(bytes: Buffer, track: InputTrack): number {
    const file = readProtectedTrack(bytes);
    checkIndex(bytes, file);
    for (const encryption of file.encryptions) {
      if (!encryption) throw new Error('it has a sample entry that is not protected');
      if (encryption.keyId !== this.#key.keyId) throw new Error(`its key is ${encryption.keyId}`);
    }
    const { samples } = track;
    if (file.samples.length !== samples.length)
      throw new Error(`it has ${file.samples.length} samples, the input ${samples.length}`);
    const key = Buffer.from(this.#key.key, 'hex');
    for (const [index, sample] of file.samples.entries()) {
      const clear = decryptSample(sample, key);
      if (!isSameSample(track, samples[index]!, clear)) throw different(track, index);
      const why = leftClear(track, sample.bytes, clear);
      if (why) throw new Error(`sample ${index + 1} of track ${track.id}: ${why}`);
    }
    return samples.length;
  }

  async #verifyTransport(path: string, tracks: readonly InputTrack[]): Promise<number> {
    const segments = await readSegments(join(path, '../stream.m3u8'));
    const methods = new Set(segments.map(({ key }) => key?.method));
    const [method] = methods;
    if (methods.size !== 1 || !method)
      throw new Error(`its segments are under ${[...methods].join(' and ')}`);
    const pieces: Buffer[] = [];
    const files = new Map<string, { readonly bytes: Buffer; end: number }>();
    for (const { path: name, range, key } of segments) {
      const file = files.get(name) ?? { bytes: await readFile(name), end: 0 };
      files.set(name, file);
      const { offset, length } = range ?? { offset: 0, length: file.bytes.length };
      if (offset !== file.end) throw new Error(`a segment begins at ${offset}, not at ${file.end}`);
      file.end += length;
      const piece = file.bytes.subarray(offset, file.end);
      pieces.push(method === 'AES-128' ? decryptSegment(piece, this.#key.key, key?.iv ?? '') : piece);
    }
    for (const { bytes, end } of files.values())
      if (end !== bytes.length) throw new Error(`its segments are ${end} bytes of ${bytes.length}`);
    const isSampleAes = method === 'SAMPLE-AES';
    const reader = new TransportReader(Buffer.concat(pieces), isSampleAes ? this.#key : undefined);
    let compared = 0;
    for (const track of tracks) {
      const expected = expectedInTransport(track, isSampleAes);
      const found = reader.samplesOf(track).filter((units) => units.length > 0);
      const index = expected.findIndex((units, n) => !isSame(units, found[n] ?? []));
      if (index >= 0) throw different(track, index);
      if (found.length !== expected.length)
        throw new Error(`it has ${found.length} samples of track ${track.id}, the input ${expected.length}`);
      compared += expected.length;
    }
    return compared;
  }

  /** One file of NCG: what is in it is the input (plugins/ncg/NCG.md). */
  async #verifyNcg(path: string): Promise<number> {
    const file = await readFile(path);
    const payload = file.subarray(104 + file.readUInt32BE(12));
    if (Number(file.readBigUInt64BE(32)) !== payload.length)
      throw new Error('its header miscounts the payload');
    const nonce = file.subarray(16, 32);
    const counter = Buffer.from(this.#key.iv, 'hex').map((byte, index) => byte ^ nonce[index]!);
    const clear = createDecipheriv('aes-128-ctr', Buffer.from(this.#key.key, 'hex'), counter).update(payload);
    if (!clear.equals(this.#inputs[this.#rendition.unit.input]!.file))
      throw new Error(`what is in ${basename(path)} is not the input`);
    return 1;
  }
}

const different = (track: InputTrack, index: number): Error =>
  new Error(`sample ${index + 1} of track ${track.id} (${track.codecs}) is not that of the input`);

/** What a player of HLS fetches: the initialisation section and every segment of the playlist beside a file. */
async function listedMp4(path: string): Promise<Buffer> {
  const file = await readFile(path);
  const playlist = join(path, '../stream.m3u8');
  const [, length, offset] =
    /#EXT-X-MAP:.*BYTERANGE="(\d+)@(\d+)"/.exec(await readFile(playlist, 'utf8')) ?? [];
  if (length === undefined) throw new Error(`${basename(playlist)} has no EXT-X-MAP`);
  const ranges = [{ offset: Number(offset), length: Number(length) }];
  for (const { range, key } of await readSegments(playlist)) {
    if (!range || !key?.method.startsWith('SAMPLE-AES'))
      throw new Error('a segment has no range, or no SAMPLE-AES');
    ranges.push(range);
  }
  // An index is for DASH: no playlist names it.
  const index = boxesBetween(file, 0, file.length).find(({ type }) => type === 'sidx');
  let end = 0;
  for (const range of ranges) {
    if (index?.start === end) end = index.end;
    if (range.offset !== end) throw new Error(`a range begins at ${range.offset}, not at ${end}`);
    end += range.length;
  }
  if (end !== file.length) throw new Error(`the playlist lists ${end} bytes of ${file.length}`);
  return file;
}

/** What `sidx` refers to are fragments, and all of them (ISO/IEC 14496-12, 8.16.3). */
function checkIndex(bytes: Buffer, { moofs }: ProtectedTrackFile): void {
  const sidx = boxesBetween(bytes, 0, bytes.length).find(({ type }) => type === 'sidx');
  if (!sidx) return;
  const isLong = bytes[sidx.body] === 1;
  const first = isLong ? Number(bytes.readBigUInt64BE(sidx.body + 20)) : bytes.readUInt32BE(sidx.body + 16);
  const rows = sidx.body + (isLong ? 28 : 20);
  let at = sidx.end + first;
  for (let row = 0; row < bytes.readUInt16BE(rows + 2); row++) {
    if (!moofs.includes(at)) throw new Error(`"sidx" leads to ${at}, where no fragment begins`);
    at += bytes.readUInt32BE(rows + 4 + 12 * row) & 0x7fff_ffff;
  }
  if (at !== bytes.length) throw new Error(`"sidx" ends at ${at} of ${bytes.length} bytes`);
}
