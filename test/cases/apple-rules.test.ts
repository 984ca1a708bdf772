/** What we write for HLS, held against Apple's rules, each under its clause: over several titles, none of which may be nothing to a rule. */
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Plugin, packageTitle, type TitleOptions } from '../../core/index.ts';
import { cmaf, demuxMp4, demuxText, hlsAes, hlsNcg, keyLocal } from '../../plugins/index.ts';
import { type AppleOutput, readAppleOutput } from '../helpers/apple/output.ts';
import { PLAYLIST_RULES } from '../helpers/apple/playlists.ts';
import { PROTECTION_RULES } from '../helpers/apple/protection.ts';
import { RENDITION_RULES } from '../helpers/apple/renditions.ts';
import type { AppleRule } from '../helpers/apple/rule.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { captionMedia, popOn } from '../helpers/media/caption-media.ts';
import { DOLBY_VISION_HVC1 } from '../helpers/media/dolby-vision.ts';
import { markerMedia } from '../helpers/media/marker-media.ts';
import { LABEL_TITLES, packageLabels } from '../helpers/titles/label-titles.ts';
import { packageWith, titleOptions } from '../helpers/titles/package.ts';

const test = suite("Apple's rules");

const MEDIA = join(import.meta.dirname, '../media');
const FILMS = ['sample-360p.mp4', 'sample-180p.mp4'].map((name) => join(MEDIA, name));

const sound = (codec: string, channels: number): Promise<string> =>
  madeOnce(`apple-${codec}-${channels}.mp4`, async (path) => {
    const noise = ['-f', 'lavfi', '-t', '20', '-i', 'anoisesrc=seed=1:sample_rate=48000:amplitude=0.3'];
    await ffmpeg([...noise, '-ac', String(channels), '-c:a', codec, '-b:a', '128k', '-f', 'mp4', path]);
  });

async function written(name: string, text: string): Promise<string> {
  const path = join(temporaryFolder('apple'), name);
  await writeFile(path, text);
  return path;
}

const CUES = 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n\n00:07.500 --> 00:08.500\nOver a cut\n';
const TTML =
  '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="3s" end="4s">Achtung</p></div></body></tt>';

/** Two renditions, five tracks of sound, subtitles of three kinds, a score each. */
async function languages(): Promise<Partial<TitleOptions> & Pick<TitleOptions, 'inputs'>> {
  const [stereo, surround] = [await sound('aac', 2), await sound('ac3', 6)];
  const texts = [
    await written('all.vtt', CUES),
    await written('deaf.vtt', CUES.replace('Hello', '[bell] Hello')),
    await written('forced.ttml', TTML),
  ];
  return {
    inputs: [...FILMS, stereo, stereo, surround, ...texts],
    choices: [
      { score: 2, language: 'en' },
      { score: 1, audio: false },
      { language: 'fr' },
      { language: 'en', roles: ['description'] },
      { language: 'en' },
      { language: 'en' },
      { language: 'en', sdh: true },
      { language: 'de', forced: true },
    ],
  };
}

const outputOf = (report: {
  readonly modes: readonly { readonly outputs: readonly string[] }[];
  readonly output: string;
}) => readAppleOutput(join(report.output, report.modes[0]!.outputs[0]!));

const packaged = async (mode: Plugin, title: Partial<TitleOptions> & Pick<TitleOptions, 'inputs'>) =>
  outputOf(await packageWith([demuxText(), mode], title));

/** Keys that change, with several systems, from the store that makes them. */
async function rotated(): Promise<AppleOutput> {
  const title = titleOptions({ inputs: FILMS, keyRotation: 6 });
  const plugins = [demuxMp4(), keyLocal({ folder: temporaryFolder('apple-keys') }), cmaf()];
  return outputOf(await packageTitle({ title, plugins }));
}

const TITLES: Readonly<Record<string, () => Promise<AppleOutput>>> = {
  'languages, MPEG-TS': async () => packaged(hlsAes({ container: 'ts' }), await languages()),
  'languages, fMP4': async () => packaged(hlsAes({ container: 'fmp4' }), await languages()),
  'languages, CMAF in segments': async () => packaged(cmaf({ layout: 'segments' }), await languages()),
  'languages, AES-128': async () => packaged(hlsNcg(), await languages()),
  captions: async () =>
    packaged(hlsAes(), {
      inputs: [await captionMedia('apple', { field1: popOn('CC1', 'HELLO') }, { language: 'eng' })],
    }),
  advertisements: async () =>
    packaged(hlsAes(), {
      inputs: [await markerMedia(180), await markerMedia(90)],
      segmentDuration: 4,
      markers: [
        { id: '1', kind: 'ad-out', start: 5.2 },
        { id: '1', kind: 'ad-in', start: 8.04 },
      ],
    }),
  'a key for each quality': async () =>
    outputOf(await packageLabels([hlsAes({ container: 'fmp4' })], LABEL_TITLES['five labels']!)),
  'keys that change': rotated,
  'Dolby Vision': async () => packaged(hlsAes(), { inputs: [await DOLBY_VISION_HVC1.file()] }),
};

const outputs = new Map<string, Promise<AppleOutput>>();

const outputNamed = (name: string): Promise<AppleOutput> => {
  const known = outputs.get(name) ?? TITLES[name]!();
  outputs.set(name, known);
  return known;
};

/** The same output with another text where the rule is broken; `undefined` where it has no such place. */
function broken(
  output: AppleOutput,
  { breaks: [where, pattern, replacement] }: AppleRule,
): AppleOutput | undefined {
  if (where === 'master') {
    const master = output.master.replace(pattern, replacement);
    return master === output.master ? undefined : { ...output, master };
  }
  const place = [...output.playlists].find(([path, text]) => where.test(path) && text.search(pattern) >= 0);
  if (!place) return undefined;
  const [path, text] = place;
  return { ...output, playlists: new Map([...output.playlists, [path, text.replace(pattern, replacement)]]) };
}

/** Faults, of what may be too broken to be looked at. */
function faultsOf(rule: AppleRule, output: AppleOutput): string[] | undefined {
  try {
    return rule.faults(output);
  } catch (error) {
    return [(error as Error).message];
  }
}

for (const rule of [...PLAYLIST_RULES, ...RENDITION_RULES, ...PROTECTION_RULES]) {
  test(`${rule.clause}: ${rule.what}`, async () => {
    let seen = 0;
    for (const name of Object.keys(TITLES)) {
      const output = await outputNamed(name);
      const faults = faultsOf(rule, output);
      if (faults === undefined) continue;
      assert.equal(faults, [], `${name}, ${basename(output.folder)}`);
      const worse = broken(output, rule);
      if (!worse) continue;
      assert.ok((faultsOf(rule, worse) ?? []).length > 0, `${name}: it would be seen`);
      seen++;
    }
    assert.ok(seen > 0, 'a title that could break the rule');
  });
}

test.run();
