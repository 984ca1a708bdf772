/** Code of the README files that newcomers copy: it is what they find there that runs. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { main } from '../../core/cli/main.ts';
import * as core from '../../core/index.ts';
import * as plugins from '../../plugins/index.ts';
import * as presets from '../../presets/index.ts';
import { Sink } from '../helpers/commands/cli-runs.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { attribute, children, parseMpd } from '../helpers/oracles/mpd-document.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import { packageWith } from '../helpers/titles/package.ts';

const test = suite('code of the README files');

const ROOT = join(import.meta.dirname, '../..');

/** The block of code that has a text in it. */
function codeWith(page: string, text: string): string {
  const blocks = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  const found = blocks.map(([, code]) => code!).filter((code) => code.includes(text));
  assert.is(found.length, 1, `${page} has ${found.length} blocks with ${text}`);
  return found[0]!;
}

/** 24 seconds of few pictures, a key frame each second. */
const film = (width: number, height: number): Promise<string> =>
  madeOnce(`readme-${width}x${height}.mp4`, async (path) => {
    const source = ['-f', 'lavfi', '-t', '24', '-i', `testsrc2=size=${width}x${height}:rate=4`];
    const tone = ['-f', 'lavfi', '-t', '24', '-i', 'sine=440:sample_rate=48000'];
    const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '45', '-pix_fmt', 'yuv420p'];
    const frames = ['-x264-params', 'threads=2:keyint=4:min-keyint=4:scenecut=0'];
    await ffmpeg([...source, ...tone, ...video, ...frames, '-c:a', 'aac', '-b:a', '32k', path]);
  });

test('keys by quality that change behind a clear lead: the config, with keys in the environment', async () => {
  const cwd = temporaryFolder('readme');
  mkdirSync(join(cwd, 'masters'));
  await copyFile(await film(640, 360), join(cwd, 'masters/movie-360p.mp4'));
  await copyFile(await film(1280, 720), join(cwd, 'masters/movie-1080p.mp4'));
  // The film is no two hours long.
  const code = codeWith('README.md', "keys: 'by-quality'");
  const short = code.replace('keyRotation: 3600', 'keyRotation: 15').replace('clearLead: 12', 'clearLead: 6');
  assert.not.equal(short, code);
  writeFileSync(join(cwd, 'packager.config.ts'), short);
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
  const env: Record<string, string> = {};
  for (const [index, name] of ['AUDIO_0', 'AUDIO_1', 'SD_0', 'SD_1', 'HD_0', 'HD_1'].entries()) {
    const bytes = (first: number, length: number) =>
      Buffer.from(Array.from({ length }, (_, n) => first + 40 * index + 3 * n)).toString('base64');
    env[`${name}_KEY`] = bytes(1, 32);
    env[`${name}_KEY_ID`] = bytes(7, 16);
  }
  const [stdout, stderr] = [new Sink(), new Sink()];
  const { signal } = new AbortController();
  const shell = { stdin: Readable.from([]), stdout, stderr, env, cwd, signal, now: () => 0 };
  const status = await main(['run', '--workers', '0'], shell, async () => ({
    builtins: { plugins: plugins.plugins, presets: presets.presets },
    modules: { sealpack: core, 'sealpack/plugins': plugins, 'sealpack/presets': presets },
    entry: 'file:///bin.ts',
  }));
  assert.is(status, 0, stderr.text + stdout.text);
  await assertManifests(join(cwd, 'out'));
  const mpd = parseMpd(await readFile(join(cwd, 'out/DASH_movie-360p_mp4/stream.mpd'), 'utf8'));
  const ids = children(children(mpd, 'Period')[0], 'AdaptationSet').map((set) =>
    attribute(children(set, 'ContentProtection')[0], 'cenc:default_KID'),
  );
  assert.is(new Set(ids).size, 3);
  const playlist = await readFile(join(cwd, 'out/HLS_movie-360p_mp4/media-1/stream.m3u8'), 'utf8');
  assert.is(playlist.match(/#EXT-X-KEY:/g)?.length, 2, 'a key line for each crypto period');
  assert.ok(playlist.indexOf('#EXTINF') < playlist.indexOf('#EXT-X-KEY'), 'the lead is clear');
});

test('a DRM system of one\u2019s own, in a dozen lines: in MP4, in the MPD and in playlists', async () => {
  const code = codeWith('plugins/README.md', 'export const acme = (service: string): DrmSystem')
    .replace("'sealpack'", `'${pathToFileURL(join(ROOT, 'core/index.ts'))}'`)
    .replace("'sealpack/kit'", `'${pathToFileURL(join(ROOT, 'core/kit.ts'))}'`);
  const path = join(temporaryFolder('readme'), 'acme.mts');
  writeFileSync(path, code);
  const { acme } = (await import(pathToFileURL(path).href)) as {
    readonly acme: (service: string) => core.DrmSystem;
  };
  const systems = ['common', acme('https://drm.example')] as const;
  const inputs = [join(ROOT, 'test/media/sample-180p.mp4')];
  const { output } = await packageWith([plugins.cmaf({ systems })], { inputs });
  const folder = join(output, 'CMAF_sample-180p_mp4');
  const id = 'a0c3e000-1234-4567-89ab-0123456789ab';
  const mpd = await readFile(join(folder, 'stream.mpd'), 'utf8');
  assert.is(mpd.match(new RegExp(`<ContentProtection schemeIdUri="urn:uuid:${id}"`, 'g'))?.length, 2);
  const media = await readFile(join(folder, 'video-1/media.mp4'));
  assert.ok(media.includes(Buffer.from(id.replaceAll('-', ''), 'hex')));
  assert.match(
    await readFile(join(folder, 'video-1/stream.m3u8'), 'utf8'),
    /URI="acme:\/\/[\da-f]{32}",KEYFORMAT="com\.acme"/,
  );
});

test.run();
