/** Tracks that change their format on the way, under keys of their own that change, behind a clear lead: every fragment names the right entry and key. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type Plugin, packageTitle } from '../../core/index.ts';
import { cmaf, dashCenc, demuxMp4, hlsAes, keyManual } from '../../plugins/index.ts';
import { oneIn } from '../helpers/commands/extent.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { AAC_CLIPS, AVC_CLIPS, HEVC_CLIPS, writeJoined } from '../helpers/media/joined-media.ts';
import { findBox, findBoxes, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { hashes, mp4Samples } from '../helpers/oracles/samples.ts';
import { titleSegments } from '../helpers/oracles/title-segments.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import { assertForeseen, planOf } from '../helpers/titles/expected-sizes.ts';
import { titleOptions } from '../helpers/titles/package.ts';
import { decryptSample } from '../helpers/verify/common-encryption.ts';

const test = sideBySide('formats and keys that change');

/** Of a label, for each crypto period. */
const keysOf = (label: string) =>
  [0, 1, 2, 3, 4, 5].map((period) => ({
    keyId: `${label}${period}`.repeat(16),
    key: `${period}${label}${label}7`.repeat(8),
    iv: `${label}${period}5c`.repeat(8),
  }));
const KEYS = { VIDEO: keysOf('a'), AUDIO: keysOf('b') };

const MODES: Readonly<Record<string, () => Plugin>> = {
  'dash-cenc': () => dashCenc(),
  'dash-cenc, a file a segment': () => dashCenc({ layout: 'segments' }),
  cmaf: () => cmaf(),
  'hls-aes in fMP4': () => hlsAes({ container: 'fmp4' }),
};

/** Both end in the second clip of the four, of 2 s each: all formats have samples on both sides. */
const RULES = {
  'a clear lead': { clearLead: 3 },
  'keys that change': { keyRotation: 3 },
  'keys that change behind a clear lead': { keyRotation: 2, clearLead: 3 },
} as const;

const [ALL, ...ALONE] = Object.values(RULES).reverse();

const CLIPS = { 'H.264 and AAC': [AVC_CLIPS, AAC_CLIPS], 'HEVC and AAC': [HEVC_CLIPS, AAC_CLIPS] } as const;

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

type Clips = Readonly<Record<string, () => Promise<string>>>;

const joined = new Map<Clips, ReturnType<typeof joinTrack>>();

/** Two clips in turn, as one track of two sample entries; with the clip that each of its samples is of. Made once. */
function joinedTrack(clips: Clips, stream: 'v:0' | 'a:0'): ReturnType<typeof joinTrack> {
  const track = joined.get(clips) ?? joinTrack(clips, stream);
  joined.set(clips, track);
  return track;
}

async function joinTrack(clips: Clips, stream: 'v:0' | 'a:0') {
  const [one, two] = await Promise.all(Object.values(clips).map((make) => make()));
  const path = join(temporaryFolder('joined'), `${stream[0]}.mp4`);
  const files = [one!, two!, one!, two!];
  await writeJoined(path, { files, entries: [1, 2, 1, 2], stsd: (own) => own.slice(0, 2) });
  const samples = await Promise.all(files.map(async (file) => hashes(await mp4Samples(file, stream))));
  const source = samples.flatMap((own, index) => own.map((hash) => ({ hash, format: index % 2 })));
  return { path, source };
}

/** Whole configurations of the entries, encrypted ones first, by mp4box. */
const configsOf = (init: Buffer): string[] => {
  const stsd = findBox(parseBoxes(init), 'stsd') as { entries?: unknown[] };
  return (stsd.entries as Parameters<typeof findBoxes>[0][]).map((entry) => {
    const [config] = ['avcC', 'hvcC', 'esds'].flatMap((type) => findBoxes(entry, type));
    const { start, size } = config as { start: number; size: number };
    return init.subarray(start, start + size).toString('hex');
  });
};

for (const [codecs, [pictures, sound]] of Object.entries(CLIPS)) {
  for (const [what, rules] of Object.entries(RULES)) {
    for (const [index, [name, mode]] of Object.entries(MODES).entries()) {
      if (codecs.startsWith('HEVC') && name.includes(',')) continue;
      // All rules at once with H.264; of the others, and of HEVC, one in each mode.
      const isTried = codecs.startsWith('HEVC')
        ? oneIn(3, Object.values(RULES), index)
        : [ALL, ...oneIn(2, ALONE, index)];
      if (!isTried.includes(rules)) continue;
      test(`${name}, ${codecs}: ${what}`, () => assertChanging(mode(), pictures, sound, rules));
    }
  }
}

async function assertChanging(
  mode: Plugin,
  pictures: typeof AVC_CLIPS | typeof HEVC_CLIPS,
  sound: typeof AAC_CLIPS,
  rules: { readonly clearLead?: number; readonly keyRotation?: number },
): Promise<void> {
  const [video, audio] = [await joinedTrack(pictures, 'v:0'), await joinedTrack(sound, 'a:0')];
  const title = titleOptions({
    inputs: [video.path, audio.path],
    keys: 'audio-video',
    segmentDuration: 1,
    ...rules,
  });
  const options = { title, plugins: [demuxMp4(), keyManual({ keys: KEYS }), mode] };
  const plan = await planOf(options);
  const report = await packageTitle(options);
  assertForeseen(plan, report);
  await assertManifests(report.output);
  const [{ renditions, outputs }] = report.modes as [(typeof report.modes)[number]];
  assert.is(renditions.length, 2);
  for (const rendition of renditions) {
    const { kind } = rendition.tracks[0]!;
    const { source } = kind === 'video' ? video : audio;
    const own = KEYS[kind === 'video' ? 'VIDEO' : 'AUDIO'];
    const { init, parts } = await titleSegments(join(report.output, outputs[0]!), rendition);
    const configs = configsOf(init);
    const entriesClear = rules.clearLead === undefined ? 0 : 2;
    assert.is(configs.length, 2 + entriesClear, 'sample entries');
    assert.not.equal(configs[0], configs[1]);
    assert.equal(
      configs.slice(2),
      configs.slice(0, entriesClear),
      'clear entries are the originals, in their order',
    );
    const seen = new Set<string>();
    let at = 0;
    for (const { start, bytes, samples } of parts) {
      const second = Math.floor(start + 0.001);
      const isClear = second < (rules.clearLead ?? 0);
      const period = Math.floor(second / (rules.keyRotation ?? 1e9));
      let inPart = 0;
      for (const moof of findBoxes(parseBoxes(bytes), 'moof') as unknown as Parameters<
        typeof findBoxes
      >[0][]) {
        const index = Number(findBox(moof, 'tfhd')['default_sample_description_index'] || 1);
        const count = Number(findBox(moof, 'trun')['sample_count']);
        assert.is(index > 2, isClear, `entry ${index} at ${start}`);
        for (const sample of samples.slice(inPart, inPart + count)) {
          const { hash, format } = source[at++]!;
          assert.is((index - 1) % 2, format, `${kind}: entry of the sample's format at ${start}`);
          seen.add(`${format} ${isClear ? 'clear' : period}`);
          if (isClear) {
            assert.is(sample.encryption, undefined);
            assert.is(md5(sample.bytes), hash);
          } else {
            const { keyId, key } = own[period]!;
            assert.is(sample.encryption?.keyId, keyId, `${kind} at ${start}`);
            assert.is(md5(decryptSample(sample, Buffer.from(key, 'hex'))), hash, `${kind} at ${start}`);
          }
        }
        inPart += count;
      }
      assert.is(inPart, samples.length);
    }
    assert.is(at, source.length);
    assert.ok(seen.size >= 3, [...seen].join());
  }
}

test.run();
