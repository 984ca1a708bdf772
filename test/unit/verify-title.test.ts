import { cpSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TitleVerification } from '../../core/engine/verify/verification.ts';
import { verifyTitle } from '../../core/engine/verify/verify-title.ts';
import {
  ContentKey,
  ContentKeySet,
  type PackageOptions,
  type Plugin,
  packageTitle,
} from '../../core/index.ts';
import { localPackage } from '../../core/inspect/files/local-package.ts';
import { createCbcsProtector } from '../../core/kit.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import {
  damageKey,
  damageTitle,
  PACKAGE_NAMES,
  type PackageName,
  undamaged,
} from '../helpers/damage/packages.ts';
import { failureOf, filesBelow } from '../helpers/titles/package.ts';

const test = suite('verify title');

const verify = async (folder: string, title?: PackageOptions) =>
  verifyTitle({ files: await localPackage(folder), title });

const codes = ({ findings }: Pick<TitleVerification, 'findings'>, severity = 'error') =>
  findings.filter((one) => one.severity === severity).map(({ code, rendition }) => `${code} ${rendition}`);

/** A copy of a package, for somebody to damage. */
async function copyOf(name: PackageName): Promise<string> {
  const folder = join(temporaryFolder('damaged'), 'package');
  cpSync(await undamaged(name), folder, { recursive: true });
  return folder;
}

function change(path: string, damage: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path);
  damage(bytes);
  writeFileSync(path, bytes);
}

/** The title with keys that are others under the same ids. */
const underOtherKeys = ({ title, plugins }: PackageOptions): PackageOptions => {
  const others: Plugin = {
    name: 'key-other',
    apply: ({ hooks }) =>
      hooks.acquireKey.tap(
        'key-other',
        () =>
          new ContentKeySet(({ label, period }) => {
            const { id, iv } = damageKey(label, period);
            return new ContentKey({ id, iv, key: new Uint8Array(16).fill(0x77 + period) });
          }),
      ),
  };
  return { title, plugins: [...plugins.filter(({ name }) => name !== 'key-damage'), others] };
};

for (const name of PACKAGE_NAMES) {
  test(`${name}: all samples, cues and images are those of the inputs, and nothing is wrong`, async () => {
    const result = await verify(await undamaged(name), await damageTitle(name));
    assert.equal(
      result.findings.map(({ code, message }) => `${code} ${message}`),
      [],
    );
    assert.is(result.verdict, 'proved');
    const kinds = new Set(result.claims.map(({ what, assurance }) => `${what} ${assurance}`));
    for (const what of name.endsWith('rotated') ? ['samples'] : ['samples', 'cues', 'images'])
      assert.ok(kinds.has(`${what} proved`), `${name}: ${[...kinds]}`);
  });
}

for (const name of ['cmaf', 'hls-ts', 'hls-aes-128', 'dash-rotated'] as const) {
  test(`${name}: a wrong key is told as that, for each key, and as nothing else`, async () => {
    const result = await verify(await undamaged(name), underOtherKeys(await damageTitle(name)));
    assert.is(result.verdict, 'faulty');
    const found = new Set(
      result.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code),
    );
    // Licence data has a checksum of the key, and AES-128 its padding.
    const told = name === 'hls-aes-128' ? 'TS_KEY_WRONG' : 'WRONG_KEY';
    const others = [...found].filter((code) => code !== told && code !== 'PLAYREADY_CHECKSUM');
    assert.ok(found.has(told));
    assert.equal(others, [], JSON.stringify(result.findings, undefined, 1));
    assert.not.match(JSON.stringify(result), /7777777777/);
  });
}

test('a flipped byte is found, with its place: in fMP4 and in MPEG-TS', async () => {
  for (const [name, file] of [
    ['cmaf', 'video-2/media.mp4'],
    ['hls-ts', 'media-2/media.ts'],
  ] as const) {
    const folder = await copyOf(name);
    const at = Math.floor(readFileSync(join(folder, file)).length / 2);
    change(join(folder, file), (bytes) => {
      for (let i = at; i < at + 40; i++) bytes[i]! ^= 0x5a;
    });
    const result = await verify(folder, await damageTitle(name));
    const [first] = result.findings.filter(({ code }) => code === 'SAMPLE_DIFFERS');
    assert.ok(first, JSON.stringify(result.findings, undefined, 1));
    assert.is(first.file, file);
    assert.ok(Math.abs(first.offset! - at) < 100_000, `${first.offset} and ${at}`);
  }
});

test('sound of another language is told as swapped', async () => {
  const folder = await copyOf('dash-segments');
  const [english, german, swap] = ['en', 'de', 'swap'].map((name) => join(folder, 'audio', name));
  renameSync(english!, swap!);
  renameSync(german!, english!);
  renameSync(swap!, german!);
  const result = await verify(folder, await damageTitle('dash-segments'));
  const swapped = result.findings.filter(({ code }) => code === 'TRACK_SWAPPED');
  assert.ok(swapped.length === 2, JSON.stringify(result.findings, undefined, 1));
  assert.match(swapped[0]!.message, /holds another one: audio track \d+ of /);
});

test('sound that the source does not have is no wrong key', async () => {
  const { title, plugins } = await damageTitle('dash');
  const [large, small] = title.inputs;
  const without = { ...title, inputs: [large!, small!], choices: [{ language: 'en' }, { language: 'en' }] };
  const result = await verify(await undamaged('dash'), { title: without, plugins });
  const heard = result.findings.filter(({ rendition }) => rendition?.includes('audio-de'));
  assert.equal(
    heard.map(({ code }) => code),
    ['TRACK_UNKNOWN'],
  );
});

test('a sample that a fragment has lost is told', async () => {
  const folder = await copyOf('dash');
  const [file = ''] = readdirSync(folder).filter((name) => name.startsWith('media-audio'));
  change(join(folder, file), (bytes) => {
    const trun = bytes.lastIndexOf('trun');
    bytes.writeUInt32BE(bytes.readUInt32BE(trun + 8) - 1, trun + 8);
  });
  const result = await verify(folder, await damageTitle('dash'));
  assert.ok(
    codes(result).some((code) => code.startsWith('SAMPLE_LOST')),
    codes(result).join(),
  );
});

test('subtitles and images are compared', async () => {
  const folder = await copyOf('hls-ts');
  const files = await filesBelow(folder);
  for (const path of files.filter((each) => each.endsWith('.vtt'))) {
    const words = readFileSync(join(folder, path), 'utf8');
    writeFileSync(join(folder, path), words.replace('two tones hum', 'two bells ring'));
  }
  change(join(folder, files.find((path) => path.endsWith('.jpg'))!), (bytes) => {
    bytes[bytes.length - 10]! ^= 1;
  });
  const result = await verify(folder, await damageTitle('hls-ts'));
  const found = result.findings.map(({ code }) => code);
  assert.ok(found.includes('CUE_TEXT'), found.join());
  assert.ok(found.includes('IMAGE_DIFFERS'), found.join());
});

test('without its inputs a package is judged by its form; without its keys nothing is said of samples', async () => {
  const { title, plugins } = await damageTitle('hls-fmp4');
  const folder = await undamaged('hls-fmp4');
  const form = await verify(folder, { title: { ...title, inputs: [] }, plugins });
  assert.is(form.verdict, 'form', JSON.stringify(form.findings, undefined, 1));
  const audio = form.claims.find(({ rendition, what }) => what === 'samples' && rendition.includes('audio'));
  assert.is(audio?.assurance, 'form');
  assert.match(audio?.why ?? '', /a wrong key would pass with a probability of less than 2\^-\d+/);
  const wrong = await verify(folder, underOtherKeys({ title: { ...title, inputs: [] }, plugins }));
  assert.ok(
    codes(wrong).some((code) => code.startsWith('WRONG_KEY')),
    codes(wrong).join(),
  );
  const blind = await verify(folder);
  assert.is(blind.verdict, 'form');
  assert.ok(
    blind.claims.some(
      ({ assurance, why = '' }) => assurance === 'unchecked' && why.includes('there is no key'),
    ),
  );
});

test('files that no manifest names are closed again', async () => {
  const folder = join(temporaryFolder('alone'), 'files');
  const whole = await undamaged('dash');
  const films = (await filesBelow(whole)).filter((name) => name.endsWith('.mp4'));
  for (const [index, name] of films.entries()) cpSync(join(whole, name), join(folder, `${index}.mp4`));
  const files = await localPackage(folder);
  const [opened, closed]: [string[], string[]] = [[], []];
  const counted = {
    ...files,
    open: async (path: string) => {
      const source = await files.open(path);
      opened.push(path);
      const close = () => {
        closed.push(path);
        return source.close();
      };
      return { ...source, close };
    },
  };
  const { packages } = await verifyTitle({ files: counted, title: await damageTitle('dash') });
  assert.is(packages.length, films.length);
  assert.equal(closed.sort(), opened.sort());
});

test('without its inputs a package in MPEG-TS is judged by its form: slices between start codes, frames of SAMPLE-AES', async () => {
  const { title, plugins } = await damageTitle('hls-ts');
  const folder = await undamaged('hls-ts');
  const form = await verify(folder, { title: { ...title, inputs: [] }, plugins });
  assert.is(form.verdict, 'form', JSON.stringify(form.findings, undefined, 1));
  const samples = form.claims.filter(({ what }) => what === 'samples');
  assert.is(samples.length, 4);
  for (const { why = '' } of samples)
    assert.match(why, /a wrong key would pass with a probability of less than/);
  const wrong = codes(await verify(folder, underOtherKeys({ title: { ...title, inputs: [] }, plugins })));
  assert.is(wrong.filter((code) => code.startsWith('WRONG_KEY')).length, 4, wrong.join());
});

/** A plugin that encrypts with another key than the one that it says. */
const spoiler: Plugin = {
  name: 'spoiler',
  apply: ({ hooks }) =>
    hooks.encrypt.for('cmaf').tap({ name: 'spoiler', stage: -100 }, ({ track, key }) => {
      if (track?.kind !== 'audio') return undefined;
      const other = new ContentKey({ id: key.id, iv: key.iv, key: new Uint8Array(16).fill(0x66) });
      return createCbcsProtector({ track, key: other, iv: other.requireIv('cmaf'), warn: () => undefined });
    }),
};

test('verify: true lets nothing appear that is not right, and says so in the report', async () => {
  const { title, plugins } = await damageTitle('cmaf');
  const verified = { ...title, verify: true, trickPlay: true };
  const reports: string[] = [];
  const listener: Plugin = {
    name: 'report-listener',
    apply: ({ hooks }) =>
      hooks.report.tap('report-listener', ({ verification, error }) => {
        reports.push(`${verification?.verdict} ${error?.code}`);
      }),
  };
  const options = { title: verified, plugins: [...plugins, listener] };
  const failure = await failureOf(packageTitle({ ...options, plugins: [spoiler, ...options.plugins] }));
  assert.is(failure.code, 'OUTPUT_FAULTY');
  assert.is(failure.exit, 6);
  assert.match(failure.message, /nothing was put in place: faulty: \d errors?. The first: .*another key/);
  assert.equal(await filesBelow(title.output), []);
  const report = await packageTitle(options);
  assert.is(report.verification?.verdict, 'proved');
  assert.equal(reports, ['faulty OUTPUT_FAULTY', 'proved undefined']);
  assert.equal(report.warnings, []);
});

test('verify: true is refused before work begins where the store cannot read what it was given', async () => {
  const { title, plugins } = await damageTitle('cmaf');
  const store: Plugin = {
    name: 'store-far',
    apply: (packager) =>
      packager.store({
        name: 'far buckets',
        accepts: (location) => location.startsWith('far:'),
        begin: () => Promise.reject(new Error('nobody begins')),
        tree: () => {
          throw new Error('nobody writes');
        },
      }),
  };
  const far = { ...title, verify: true, output: 'far://bucket' };
  const failure = await failureOf(packageTitle({ title: far, plugins: [...plugins, store] }));
  assert.is(failure.code, 'INVALID_OPTION');
  assert.match(failure.message, /far buckets cannot do that/);
});

test.run();
