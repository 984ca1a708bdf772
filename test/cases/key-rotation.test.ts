/** Keys that change and segments that stay clear, in fragmented MP4 and MPD: read by what shares no code with the writer. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type Plugin, packageTitle, type Report } from '../../core/index.ts';
import { cmaf, dashCenc, demuxMp4, hlsAes, keyManual } from '../../plugins/index.ts';
import { IS_LONG } from '../helpers/commands/extent.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { type RotationMedia, rotationMedia } from '../helpers/media/rotation-media.ts';
import { findBox, findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { attribute, children, parseMpd, textOf } from '../helpers/oracles/mpd-document.ts';
import { hashes, mp4Samples } from '../helpers/oracles/samples.ts';
import { type KeyStretch, sampleHashesByShaka } from '../helpers/oracles/shaka-by-key.ts';
import { type FetchedPart, titleSegments } from '../helpers/oracles/title-segments.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import { assertForeseen, planOf } from '../helpers/titles/expected-sizes.ts';
import { titleOptions } from '../helpers/titles/package.ts';
import { decryptSample } from '../helpers/verify/common-encryption.ts';
import type { ProtectedSample } from '../helpers/verify/protected-samples.ts';

const test = sideBySide('key rotation');

/** The key of each crypto period: its id, itself, its IV. */
const KEYS = [0, 1, 2, 3, 4].map((period) => ({
  keyId: `a${period}`.repeat(16),
  key: `${period}b${period + 1}c`.repeat(8),
  iv: `d${period}`.repeat(16),
}));

const MODES: Readonly<Record<string, () => Plugin>> = {
  'dash-cenc, a file a track': () => dashCenc(),
  'dash-cenc, a file a segment': () => dashCenc({ layout: 'segments' }),
  'cmaf, cbcs': () => cmaf(),
  'cmaf, cenc, a file a segment': () => cmaf({ scheme: 'cenc', layout: 'segments' }),
  'hls-aes in fMP4': () =>
    hlsAes({ container: 'fmp4', systems: ['common', 'widevine', 'playready', 'fairplay'] }),
};

interface Rules {
  readonly keyRotation?: number;
  readonly clearLead?: number;
}

const RULES: Readonly<Record<string, Rules>> = {
  'two periods': { keyRotation: 30 },
  'five periods': { keyRotation: 9 },
  'a clear lead': { clearLead: 7 },
  'five periods behind a clear lead': { keyRotation: 9, clearLead: 12 },
};

/** The crypto period of what starts then; `undefined`: it is to be clear. Segments are a second long, sound a frame off. */
const periodAt = (start: number, { keyRotation = 1e9, clearLead = 0 }: Rules): number | undefined => {
  const second = Math.floor(start + 0.001);
  return second < clearLead ? undefined : Math.floor(second / keyRotation);
};

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

const optionsOf = (input: string, mode: Plugin, rules: Rules) => ({
  title: titleOptions({ inputs: [input], segmentDuration: 1, ...rules }),
  plugins: [demuxMp4(), keyManual({ keys: { ALL: KEYS } }), mode],
});

async function packaged(input: string, mode: Plugin, rules: Rules): Promise<Report> {
  const options = optionsOf(input, mode, rules);
  const plan = await planOf(options);
  const report = await packageTitle(options);
  assertForeseen(plan, report);
  await assertManifests(report.output);
  return report;
}

const folderOf = ({ output, modes }: Report): string => join(output, modes[0]!.outputs[0]!);

/** Decrypts to the source with the key of its own period, and with none of the others that are tried. */
function assertUnder(
  period: number,
  sample: ProtectedSample,
  { source, tried, what }: { source: string; tried: typeof KEYS; what: string },
): boolean {
  assert.is(sample.encryption?.keyId, KEYS[period]!.keyId, what);
  const fits = tried.filter(({ key }) => md5(decryptSample(sample, Buffer.from(key, 'hex'))) === source);
  // Too small for the scheme to touch: that is clear under any key.
  if (md5(sample.bytes) === source) return false;
  assert.equal(fits, [KEYS[period]], what);
  return true;
}

/** What mp4box reads of a fragment. */
function assertBoxes(bytes: Buffer, period: number | undefined, first: number, what: string): void {
  for (const moof of findBoxes(parseBoxes(bytes), 'moof') as unknown as Parameters<typeof findBoxes>[0][]) {
    const other = period !== undefined && period !== first;
    assert.is(findBoxes(moof, 'sgpd').length, other ? 1 : 0, what);
    assert.is(findBoxes(moof, 'sbgp').length, other ? 1 : 0, what);
    assert.is(findBoxes(moof, 'pssh').length, other ? 3 : 0, what);
    // 0: mp4box found none, so that the first one holds.
    const entry = findBox(moof, 'tfhd')['default_sample_description_index'];
    assert.is(entry, period === undefined ? 2 : 0, what);
    if (!other) continue;
    const sbgp = findBox(moof, 'sbgp');
    const samples = findBox(moof, 'trun')['sample_count'];
    assert.equal(
      (sbgp['entries'] as { sample_count: number; group_description_index: number }[]).map((entry) => [
        entry.sample_count,
        entry.group_description_index,
      ]),
      [[samples, 0x10001]],
      what,
    );
    const common = findBoxes(moof, 'pssh').find(({ kid }) => (kid as unknown[]).length > 0);
    assert.equal(common?.['kid'], [KEYS[period]!.keyId], what);
  }
}

/** Segments of one period after the other; the clear ones with those that follow them. */
function stretchesOf(parts: readonly FetchedPart[], rules: Rules, first: number): KeyStretch[] {
  const stretches: { key: KeyStretch['key']; fragments: Buffer[] }[] = [];
  for (const { start, bytes } of parts) {
    const key = KEYS[periodAt(start, rules) ?? first]!;
    if (stretches.at(-1)?.key === key) stretches.at(-1)!.fragments.push(bytes);
    else stretches.push({ key, fragments: [bytes] });
  }
  return stretches;
}

async function assertRotated(name: RotationMedia, mode: Plugin, rules: Rules): Promise<void> {
  const input = await rotationMedia(name);
  const report = await packaged(input, mode, rules);
  const [{ renditions }] = report.modes as [Report['modes'][number]];
  const used = new Set<number>();
  const first = periodAt(rules.clearLead ?? 0, rules)!;
  for (const rendition of renditions) {
    const { kind } = rendition.tracks[0]!;
    const source = hashes(await mp4Samples(input, kind === 'video' ? 'v:0' : 'a:0'));
    const { init, parts } = await titleSegments(folderOf(report), rendition);
    assert.ok(parts.length >= 30, `${parts.length} segments`);
    const hasClear = parts.some(({ start }) => periodAt(start, rules) === undefined);
    assert.is(findBox(parseBoxes(init), 'tenc')['default_KID'], KEYS[first]!.keyId);
    assert.is((findBox(parseBoxes(init), 'stsd')['entries'] as unknown[]).length, hasClear ? 2 : 1);
    let [at, encrypted, clear] = [0, 0, 0];
    for (const [n, { start, bytes, samples }] of parts.entries()) {
      const period = periodAt(start, rules);
      const what = `${kind}, segment ${n + 1} at ${start.toFixed(3)} s`;
      assertBoxes(bytes, period, first, what);
      for (const [index, sample] of samples.entries()) {
        const original = source[at++]!;
        if (period === undefined) {
          assert.ok(
            sample.encryption === undefined && md5(sample.bytes) === original,
            `${what} is not clear`,
          );
          clear++;
          continue;
        }
        // What has become the source under one key cannot be it under another.
        const tried = index === 0 ? KEYS : [KEYS[period]!];
        if (assertUnder(period, sample, { source: original, tried, what })) encrypted++;
      }
      if (period !== undefined) used.add(period);
    }
    assert.is(at, source.length);
    assert.ok(encrypted > 0.9 * (at - clear), `${encrypted} of ${at - clear} encrypted`);
    const stretches = stretchesOf(parts, rules, first);
    assert.ok(kind !== 'text');
    const [byShaka] = await sampleHashesByShaka([{ kind, init, stretches }]);
    assert.equal(byShaka, source, `${kind} by Shaka Packager`);
  }
  if (mode.name !== 'mode-hls-aes') await assertAnnounced(report, [...used]);
}

/** The MPD names the first key, and has boxes for all. */
async function assertAnnounced(report: Report, used: readonly number[]): Promise<void> {
  const ids = [...used].sort((a, b) => a - b).map((period) => KEYS[period]!.keyId);
  const mpd = parseMpd(await readFile(join(folderOf(report), 'stream.mpd'), 'utf8'));
  for (const set of children(children(mpd, 'Period')[0]!, 'AdaptationSet')) {
    const protections = children(set, 'ContentProtection');
    assert.is(attribute(protections[0], 'cenc:default_KID')?.replaceAll('-', ''), ids[0]);
    const common = protections.find((one) => attribute(one, 'schemeIdUri')?.includes('1077efec'))!;
    const box = Buffer.from(textOf(children(common, 'cenc:pssh')[0]!), 'base64');
    assert.equal(box.subarray(32, -4).toString('hex').match(/.{32}/g), ids);
  }
}

const ALL = RULES['five periods behind a clear lead']!;

// All rules at once in each mode, and of each alone where it is written in one way.
const ALONE: Readonly<Record<string, readonly (keyof typeof RULES)[]>> = {
  'dash-cenc, a file a track': ['two periods', 'a clear lead'],
  'cmaf, cbcs': ['five periods'],
};

for (const [layout, mode] of Object.entries(MODES)) {
  for (const [which, these] of Object.entries(RULES)) {
    const isTried = IS_LONG || these === ALL || ALONE[layout]?.includes(which);
    if (isTried) test(`${layout}: ${which}, pictures and sound`, () => assertRotated('film', mode(), these));
  }
}
for (const [index, layout] of ['dash-cenc, a file a track', 'cmaf, cbcs'].entries()) {
  const mode = MODES[layout]!;
  if (IS_LONG || index === 0)
    test(`${layout}: sound without picture`, () => assertRotated('sound', mode(), ALL));
  if (IS_LONG || index === 1)
    test(`${layout}: sound that begins behind the clear lead`, () =>
      assertRotated('late-sound', mode(), { ...ALL, clearLead: 8 }));
}

test.run();
