/**
 * Every row of the table of result codes: the code, its sentence, the status, what is left. By the built command once for each
 * status, and where a process is what it is about.
 */
import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  guideInputs,
  MANUAL,
  MANUAL_KEY,
  type PackagerOptions,
  packager,
  SHORT_KEY,
} from '../helpers/commands/packager-command.ts';
import { LEFT, tinyDisk } from '../helpers/commands/tiny-disk.ts';
import { filesBelow } from '../helpers/titles/package.ts';
import { startCidServer } from '../servers/cid-server.ts';
import { type KeyServerOptions, startKeyServer } from '../servers/key-server.ts';
import { refusedUrl } from '../servers/serve.ts';

const test = suite('the result codes of PallyConPackager');

interface Expected {
  readonly result: number;
  readonly status: number;
  readonly info: RegExp;
}

/** Run in a folder with the guide's inputs, into `out` there; assert what comes out and that nothing is left. */
async function fails(args: readonly string[], expected: Expected, options: PackagerOptions = {}) {
  const cwd = options.cwd ?? (await guideInputs());
  const before = await filesBelow(cwd);
  const outcome = await packager(args, { ...options, cwd });
  const { result, status, info, stderr } = outcome;
  assert.is(result, expected.result, `${info}\n${stderr}`);
  assert.is(status, expected.status);
  assert.match(info ?? '', expected.info);
  assert.equal(await filesBelow(cwd), before, 'files were left behind');
  return outcome;
}

const IO = ['--i', 'test.mp4', '--o', 'out'];
const ACCESS = ['--site-id', 'DEMO', '--access-key', 'QUNDRVNTLUtFWQ==', '--contents-id', 'testcid'];

test('0: success', async () => {
  const cwd = await guideInputs();
  const { result, status } = await packager(['--ncg', ...MANUAL, ...IO], { cwd, isProcess: true });
  assert.equal([result, status], [0, 0]);
});

test('1101: no parameters at all, or --help: the usage is on standard error', async () => {
  const { stderr } = await fails([], { result: 1101, status: 2, info: /No parameters/ }, { isProcess: true });
  assert.match(stderr, /^Usage:\n {2}PallyConPackager /);
  for (const line of stderr.split('\n')) assert.ok(line.length <= 80, line);
  await fails(['--help'], { result: 1101, status: 2, info: /Help/ });
});

test('1102: a value that is not valid, and an unknown parameter', async () => {
  const long = MANUAL.with(2, 'c'.repeat(201));
  await fails(['--ncg', ...long, ...IO], { result: 1102, status: 2, info: /^--contents-id .* 200 bytes/ });
  await fails(['--ncg', '--cmaf', ...MANUAL, ...IO], { result: 1102, status: 2, info: /^--cmaf / });
});

test('1102: arguments that are not UTF-8, whose lost bytes Node.js has replaced', async () => {
  const info = /^Argument \d+ \(--?[a-z-]+\)|^Argument \d+ \(behind --?[a-z-]+\) is not UTF-8: /;
  const expected = { result: 1102, status: 2, info };
  for (const word of ['--contents-id', '--i', '--o', '--license-url']) {
    const at = [...MANUAL, ...IO].indexOf(word);
    const given = ['--ncg', ...MANUAL, ...IO];
    const args = at < 0 ? [...given, word, 'https://l/\uFFFD'] : given.with(at + 2, 'film-\uFFFD\uFFFD');
    const { info: told } = await fails(args, expected);
    assert.match(told ?? '', `behind ${word}`);
    assert.not.ok(told?.includes('film-'));
  }
  await fails(['--ncg', ...MANUAL, ...IO, '--license-url=https://l/\uFFFD'], expected);
});

const GATEWAY = { PALLYCON_GATEWAY_URL: 'https://g.example/cid', PALLYCON_SITE_KEY: 'k'.repeat(32) };
const KMS = { PALLYCON_KMS_TOKEN: 'token', PALLYCON_KMS_URL: 'https://k.example' };

/** Variables with a value that will not do, what the sentence begins with, and what the advice names. */
const BAD_VARIABLES: readonly (readonly [
  env: Readonly<Record<string, string>>,
  info: RegExp,
  fix?: RegExp,
])[] = [
  [{ ...KMS, PALLYCON_KMS_URL: 'http://k.example' }, /over plain http/, /set PALLYCON_ALLOW_PLAIN_HTTP=1\./],
  [{ ...KMS, PALLYCON_KMS_URL: 'k.example' }, /^PALLYCON_KMS_URL is not a URL/],
  [{ ...KMS, PALLYCON_CA_FILE: 'nowhere.pem' }, /^PALLYCON_CA_FILE cannot be read: /],
  [{ PALLYCON_KMS_TOKEN_FILE: 'nowhere.txt' }, /^PALLYCON_KMS_TOKEN_FILE cannot be read: /],
  [{ PALLYCON_KMS_TOKEN: ' ' }, /^PALLYCON_KMS_TOKEN is empty/],
  [{ ...GATEWAY, PALLYCON_GATEWAY_URL: 'ftp://g.example' }, /^PALLYCON_GATEWAY_URL is not a URL/],
  [{ ...GATEWAY, PALLYCON_GATEWAY_FORMAT: 'foo' }, /^PALLYCON_GATEWAY_FORMAT is neither json nor xml\./],
  [{ ...GATEWAY, PALLYCON_CA_FILE: import.meta.filename }, /^PALLYCON_CA_FILE is not a PEM file/],
  [
    { PALLYCON_GATEWAY_URL: 'https://g.example', PALLYCON_SITE_KEY_FILE: 'nowhere.txt' },
    /^PALLYCON_SITE_KEY_FILE cannot be read: /,
  ],
];

test('1102: a variable that will not do is called by its own name', async () => {
  for (const [env, info, fix = /./] of BAD_VARIABLES) {
    const access = 'PALLYCON_GATEWAY_URL' in env ? ACCESS.slice(0, 4) : ACCESS;
    const { stderr } = await fails(['--ncg', ...access, ...IO], { result: 1102, status: 2, info }, { env });
    assert.match(stderr, fix);
    assert.not.match(stderr, /`|plugins\[/, 'options of a config');
  }
});

test('1102: an input that is given twice, and a licence URL that is too long', async () => {
  const twice = ['--dash', ...MANUAL, '--i', 'test.mp4', 'test.mp4', '--o', 'out'];
  const { stderr } = await fails(twice, { result: 1102, status: 2, info: /given twice/ });
  assert.match(stderr, /fix: Name it once behind --i\./);
  const url = `https://l.example/${'x'.repeat(2100)}`;
  const info = /^--license-url has 2118 characters, more than 2048\.$/;
  await fails(['--dash', ...MANUAL, ...IO, '--license-url', url], { result: 1102, status: 2, info });
});

test('1103: parameters missing or too many', async () => {
  const args = ['--ncg', '--manual-mode', ...IO];
  await fails(args, { result: 1103, status: 2, info: /--contents-id, --encryption-key/ });
  await fails(['--ncg', ...ACCESS, ...IO, '--encryption-key', MANUAL_KEY], {
    ...{ result: 1103, status: 2, info: /--encryption-key/ },
  });
  await fails(['--ncg', ...ACCESS, ...IO], { result: 1103, status: 2, info: /PALLYCON_KMS_TOKEN/ });
  const gateway = { env: { PALLYCON_KMS_TOKEN: 'token' } };
  const info = /PALLYCON_GATEWAY_URL and PALLYCON_SITE_KEY/;
  await fails(['--ncg', ...ACCESS.slice(0, 4), ...IO], { result: 1103, status: 2, info }, gateway);
});

test('1201: the input is not found', async () => {
  const args = ['--dash', ...MANUAL, '--i', 'test.mp4', 'no<where>&.mp4', '--o', 'out'];
  const expected = { result: 1201, status: 3, info: /no&lt;where&gt;&amp;\.mp4/ };
  await fails(args, expected, { isProcess: true });
});

test('1202: the input is not the media it claims to be', async () => {
  const cwd = await guideInputs();
  await writeFile(join(cwd, 'text.mp4'), 'This is not a movie. '.repeat(100));
  const args = ['--dash', ...MANUAL, '--i', 'text.mp4', '--o', 'out'];
  await fails(args, { result: 1202, status: 3, info: /text\.mp4/ }, { cwd });
});

/** For root rights count as well, once it has laid down its own to go around them. */
const OBEYING_RIGHTS =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : [];

test('1202: the input may not be read, or not even be looked at', async () => {
  const cwd = await guideInputs();
  await chmod(join(cwd, 'test.mp4'), 0o000);
  await mkdir(join(cwd, 'closed'));
  await copyFile(join(cwd, 'test_4Mbps.mp4'), join(cwd, 'closed/test.mp4'));
  await chmod(join(cwd, 'closed'), 0o600);
  const options = { cwd, through: OBEYING_RIGHTS };
  const expected = { result: 1202, status: 3, info: /permission denied/ };
  try {
    await fails(['--dash', ...MANUAL, ...IO], expected, options);
    await fails(['--ncg', ...MANUAL, '--i', 'closed/test.mp4', '--o', 'out'], expected, options);
  } finally {
    await chmod(join(cwd, 'closed'), 0o700);
  }
});

test('1203: the output path is too long', async () => {
  const output = `out${'/folder'.repeat(700)}`;
  const args = ['--dash', ...MANUAL, '--i', 'test.mp4', '--o', output];
  await fails(args, { result: 1203, status: 4, info: /path is too long/ });
});

test('1204: an output name is too long', async () => {
  const cwd = await guideInputs();
  const name = `${'a'.repeat(250)}.mp4`;
  await copyFile(join(cwd, 'test.mp4'), join(cwd, name));
  const expected = { result: 1204, status: 4, info: /name is too long/ };
  await fails(['--hls', ...MANUAL, '--i', name, '--o', 'out'], expected, { cwd });
  await fails(['--ncg', ...MANUAL, '--i', 'test.mp4', '--o', 'b'.repeat(256)], expected, { cwd });
});

test('1205: the disk is too small, which is noticed before the first byte', async () => {
  const { folder, through } = tinyDisk('size=400k');
  const args = ['--dash', '--hls', ...MANUAL, '--i', 'test.mp4', '--o', join(folder, 'out')];
  const info = /Not enough disk space .* are needed, .* are free/;
  const { stderr } = await fails(args, { result: 1205, status: 4, info }, { through });
  assert.not.match(stderr, LEFT);
  assert.not.match(stderr, / done \(/);
});

test('1205: the disk fills up during the run', async () => {
  // Room for the bytes, but not for as many files and folders.
  const { folder, through } = tinyDisk('size=50m,nr_inodes=12');
  const args = [
    '--dash',
    '--hls',
    '--ncg',
    '--hls-ncg',
    ...MANUAL,
    '--i',
    'test.mp4',
    '--o',
    `${folder}/out`,
  ];
  const info = /Not enough disk space .* filled up during the run/;
  const { stderr } = await fails(args, { result: 1205, status: 4, info }, { through });
  assert.match(stderr, / done \(/);
  assert.not.match(stderr, LEFT);
});

test('1206: the output is there already, and stays as it was; -f replaces it', async () => {
  const cwd = await guideInputs();
  const old = join(cwd, 'out/test_mp4/stream.mpd');
  await mkdir(join(cwd, 'out/test_mp4'), { recursive: true });
  await writeFile(old, 'of yesterday');
  const args = ['--dash', ...MANUAL, ...IO];
  const { stderr } = await fails(args, { result: 1206, status: 4, info: /test_mp4 exists already/ }, { cwd });
  assert.match(stderr, /pass -f/);
  assert.is(await readFile(old, 'utf8'), 'of yesterday');
  assert.is((await packager([...args, '-f'], { cwd })).result, 0);
  assert.match(await readFile(old, 'utf8'), '<MPD');
});

test('1206: -f leaves a folder alone that is no package', async () => {
  const cwd = await guideInputs();
  await mkdir(join(cwd, 'out/test_mp4/media'), { recursive: true });
  await writeFile(join(cwd, 'out/test_mp4/orig.mov'), 'mine');
  await writeFile(join(cwd, 'out/test_mp4/media/master-copy.bin'), 'mine');
  const info =
    /out\/test_mp4 is no package and was left as it is: it holds (media|orig\.mov), which would be/;
  const { stderr } = await fails(
    ['--dash', '-f', ...MANUAL, ...IO],
    { result: 1206, status: 4, info },
    { cwd },
  );
  assert.match(stderr, /fix: Move that folder away, or choose another output folder\./);
});

test('1206: a finished output cannot be moved into place', async () => {
  const cwd = await guideInputs();
  // What `-f` is to replace is a mount point, which cannot be moved away. DASH of `mount` goes to a folder of that name.
  const { folder, through } = tinyDisk('size=1m');
  await copyFile(join(cwd, 'test.mp4'), join(cwd, 'mount'));
  const args = ['--dash', ...MANUAL, '-f', '--i', 'mount', '--o', join(folder, '..')];
  await fails(args, { result: 1206, status: 4, info: /could not be moved/ }, { through, cwd });
  assert.equal(await filesBelow(join(folder, '..')), []);
});

test('1207: the size of the input cannot be read', async () => {
  const cwd = await guideInputs();
  await symlink('loop.mp4', join(cwd, 'loop.mp4'));
  const args = ['--ncg', ...MANUAL, '--i', 'loop.mp4', '--o', 'out'];
  await fails(
    args,
    { result: 1207, status: 3, info: /size of .*loop\.mp4 could not be read: .*leads back to itself/ },
    { cwd },
  );
});

/** A run against a key server with a fault. Its token is nowhere in what is printed. */
async function failsWith(server: KeyServerOptions, expected: Expected): Promise<string> {
  const { url, token, close } = await startKeyServer(server);
  try {
    const env = { PALLYCON_KMS_URL: url, PALLYCON_KMS_TOKEN: token };
    const { info, stderr } = await fails(['--dash', '--hls', ...ACCESS, ...IO], expected, { env });
    assert.not.ok(`${info}${stderr}`.includes(token));
    return stderr;
  } finally {
    await close();
  }
}

test('2001: no server answers: nobody listens, or its certificate is a stranger’s', async () => {
  const env = { PALLYCON_KMS_URL: await refusedUrl(), PALLYCON_KMS_TOKEN: 'token' };
  const expected = { result: 2001, status: 5, info: /127\.0\.0\.1/ };
  await fails(['--dash', ...ACCESS, ...IO], expected, { env, isProcess: true });
  assert.match(await failsWith({ https: 'stranger' }, expected), /name its certificate in PALLYCON_CA_FILE/);
});

test('2002: the server answers with an error, in its own words', async () => {
  await failsWith({ fault: 'json-error' }, { result: 2002, status: 5, info: /may not use this service/ });
  await failsWith({ fault: 'forbidden' }, { result: 2002, status: 5, info: /403/ });
});

test('2003: a key has the wrong number of bytes', async () => {
  const expected = { result: 2003, status: 5, info: /^--encryption-key for --hls must have 32 / };
  await fails(['--hls', ...MANUAL.with(4, SHORT_KEY), ...IO], expected);
  await failsWith({ fault: 'short-key' }, { result: 2003, status: 5, info: /15/ });
});

test('2004: there is no key for the content', async () => {
  await failsWith({ fault: 'missing-key' }, { result: 2004, status: 5, info: /key/ });
  await failsWith({ fault: 'no-content-key' }, { result: 2004, status: 5, info: /key/ });
});

test('2004: the gateway names the content, and nobody has a key for it', async () => {
  const { url, siteKey, close } = await startCidServer();
  try {
    const env = { PALLYCON_GATEWAY_URL: url, PALLYCON_SITE_KEY: siteKey };
    const expected = { result: 2004, status: 5, info: /^No key source answered/ };
    const { stderr } = await fails(['--dash', ...ACCESS.slice(0, 4), ...IO], expected, { env });
    assert.match(stderr, /fix: .*PALLYCON_KMS_TOKEN/);
    assert.not.ok(stderr.includes(siteKey));
  } finally {
    await close();
  }
});

test('2005: the key is not valid', async () => {
  const expected = { result: 2005, status: 5, info: /^--encryption-key is not Base64/ };
  await fails(['--ncg', ...MANUAL.with(4, '???'), ...IO], expected);
  const zeros = MANUAL.with(6, Buffer.alloc(16).toString('base64'));
  await fails(['--dash', ...zeros, ...IO], { result: 2005, status: 5, info: /^--key-id is all zeros/ });
  const nothing = MANUAL.with(4, Buffer.alloc(32).toString('base64'));
  await fails(['--ncg', ...nothing, ...IO], {
    result: 2005,
    status: 5,
    info: /^--encryption-key is all zeros/,
  });
  const itsOwnId = MANUAL.with(4, MANUAL[6]!);
  await fails(['--dash', ...itsOwnId, ...IO], { result: 2005, status: 5, info: /its own key id/ });
});

test('Ctrl-C: status 130, a result, and nothing is left', async () => {
  const cwd = await guideInputs();
  const inputs = ['test.mp4', 'test_4Mbps.mp4', 'test_8Mbps.mp4'];
  const { status } = await packager(
    ['--dash', '--hls', '--hls-ncg', ...MANUAL, '--i', ...inputs, '--o', 'out'],
    {
      cwd,
      onStart: (child) => child.stderr?.once('data', () => child.kill('SIGINT')),
    },
  );
  assert.is(status, 130);
  assert.equal((await filesBelow(cwd)).sort(), inputs.sort());
});

test.run();
