/** What key servers and CPIX files signal for several keys: every track, period, set and playlist has that of its own key alone. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type DrmSystem,
  openTitle,
  type Plugin,
  packageTitle,
  planTitle,
  type Report,
} from '../../core/index.ts';
import type { KeyPolicy } from '../../core/keys/label-policy.ts';
import { contentProtection } from '../../core/kit.ts';
import { cmaf, dashCenc, demuxMp4, hlsAes, keyCloudKms, keyCpixFile } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { childrenOf, topLevelBoxes, typeOf } from '../helpers/oracles/boxes.ts';
import { attribute, children, type MpdElement, parseMpd, textOf } from '../helpers/oracles/mpd-document.ts';
import { assertManifests } from '../helpers/oracles/valid-manifests.ts';
import { cpix, keyElement, ruleElement, systemElement } from '../helpers/servers/cpix-documents.ts';
import { SERVER_PATHS } from '../helpers/servers/key-server-paths.ts';
import { failureOf, filesBelow, titleOptions } from '../helpers/titles/package.ts';
import type { KeyFault } from '../servers/key-faults.ts';
import { startKeyServer, TEST_TOKEN } from '../servers/key-server.ts';
import { type IssuedKey, issueKey } from '../servers/key-store.ts';
import { type SignallingStyle, SYSTEM, signalsOf } from '../servers/signalling.ts';

const test = suite('signalling of several keys');

const MEDIA = join(import.meta.dirname, '../media');
const inputs = ['180p', '270p'].map((size) => join(MEDIA, `sample-${size}.mp4`));
const keys: KeyPolicy = { limits: { SD: '320x180', HD: 'max' } };
const LABELS = ['SD', 'HD', 'AUDIO'];
const PERIODS = [0, 1, 2, 3];
const SECONDS = 6;
const COMMON = '1077efec-c0b2-4d02-ace3-3c1e52e2fb4b';
const BOXED = [SYSTEM.widevine, SYSTEM.playready];

/** Keys with what is signalled for them, as their source has them. */
interface Source {
  readonly plugin: Plugin;
  readonly style: SignallingStyle;
  /** By key id. */
  issued(): ReadonlyMap<string, IssuedKey>;
}

type Dialect = 'pallycon-v2' | 'speke-v2' | 'speke-v2.1';

async function withServer(
  dialect: Dialect,
  fault: KeyFault | undefined,
  work: (source: Source) => Promise<void>,
) {
  const server = await startKeyServer(fault ? { fault } : {});
  const url = server.url + SERVER_PATHS[dialect];
  try {
    await work({
      plugin: keyCloudKms({ dialect, url, token: TEST_TOKEN, retries: 0 }),
      style: dialect === 'pallycon-v2' ? dialect : 'speke-v2',
      issued: () => new Map(server.issued.map((key) => [key.kid, key])),
    });
  } finally {
    await server.close();
  }
}

const FILTERS: Readonly<Record<string, string>> = {
  SD: '<cpix:VideoFilter maxPixels="57600"/>',
  HD: '<cpix:VideoFilter minPixels="57601"/>',
  AUDIO: '<cpix:AudioFilter/>',
};

/** A document with all keys. @param signalled which of them it says something of, and for which key that is */
function file(signalled: (key: IssuedKey, all: readonly IssuedKey[]) => IssuedKey | undefined): Source {
  const all = LABELS.flatMap((label) =>
    PERIODS.map((period) => issueKey('test-content', { label, period }, undefined, false)),
  );
  const systems = all.flatMap((key) => {
    const shown = signalled(key, all);
    if (!shown) return [];
    return [...BOXED, SYSTEM.fairplay].map((id) => {
      const known = signalsOf(id, shown, 'speke-v2')!;
      const element = (name: string, attributes = '') =>
        known[name] === undefined ? '' : `<cpix:${name}${attributes}>${known[name]}</cpix:${name}>`;
      const lines = ['media', 'master'].map((playlist) =>
        element('HLSSignalingData', ` playlist="${playlist}"`).replace(
          known['HLSSignalingData']!,
          known[`HLSSignalingData:${playlist}`]!,
        ),
      );
      const content = element('PSSH') + element('ContentProtectionData') + lines.join('');
      return systemElement(id, content, key.kid);
    });
  });
  const rules = all.map(({ kid, label, period }) =>
    ruleElement(kid, label, `<cpix:KeyPeriodFilter periodId="p${period}"/>${FILTERS[label]}`),
  );
  const text = cpix({
    root: 'contentId="test-content"',
    keys: all.map(({ kid, key }) => keyElement(kid, '', key.toString('base64'))).join(''),
    systems: systems.join(''),
    periods: PERIODS.map((index) => `<cpix:ContentKeyPeriod id="p${index}" index="${index}"/>`).join(''),
    rules: rules.join(''),
  });
  const path = join(temporaryFolder('cpix'), 'keys.xml');
  writeFileSync(path, text);
  const byId = new Map(all.map((key) => [key.kid, key]));
  return { plugin: keyCpixFile({ file: path }), style: 'speke-v2', issued: () => byId };
}

const optionsOf = ({ plugin }: Source, mode: Plugin, facts: object = {}) => ({
  title: titleOptions({ inputs, keys, keyRotation: SECONDS, ...facts }),
  plugins: [demuxMp4(), plugin, mode],
});

async function packaged(source: Source, mode: Plugin): Promise<Report> {
  const report = await packageTitle(optionsOf(source, mode));
  await assertManifests(report.output);
  return report;
}

// --- Readers

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const uuid = (digits: string) => digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
const boxesOf = (parent: Buffer) =>
  childrenOf(parent)
    .filter((box) => typeOf(box) === 'pssh')
    .map((box) => box.toString('base64'));

/** Of a box of the common system: the keys that it lists. */
const listed = (box: string): string[] => {
  const bytes = Buffer.from(box, 'base64');
  assert.is(uuid(hex(bytes.subarray(12, 28))), COMMON);
  assert.is(bytes[8], 1);
  const count = bytes.readUInt32BE(28);
  return Array.from({ length: count }, (_, n) => uuid(hex(bytes.subarray(32 + 16 * n, 48 + 16 * n))));
};

/** Key ids of the fragments, `undefined` where `tenc` says it; with their boxes. */
function fragmentsOf(bytes: Buffer) {
  return topLevelBoxes(bytes)
    .filter(({ type }) => type === 'moof')
    .map(({ bytes: moof }) => {
      const traf = childrenOf(moof).find((box) => typeOf(box) === 'traf')!;
      const sgpd = childrenOf(traf).find((box) => typeOf(box) === 'sgpd');
      return { kid: sgpd && uuid(hex(sgpd.subarray(28, 44))), boxes: boxesOf(moof) };
    });
}

/** The boxes that belong to keys: the common system's first, which lists them; then the server's, system by system. */
function assertBoxes(
  boxes: readonly string[],
  own: readonly IssuedKey[],
  style: SignallingStyle,
  what: string,
) {
  const [common, ...given] = boxes;
  assert.equal(
    listed(common!),
    own.map(({ kid }) => kid),
    what,
  );
  assert.equal(
    given,
    BOXED.flatMap((id) => own.map((key) => signalsOf(id, key, style)!['PSSH'])),
    what,
  );
}

/** The keys of a label, by period. */
const keysOf = (source: Source, label: string): IssuedKey[] =>
  [...source.issued().values()].filter((key) => key.label === label).sort((a, b) => a.period - b.period);

/** The files of the three tracks, in `LABELS`' order. */
function assertFiles(folder: string, names: readonly string[], source: Source) {
  for (const [index, label] of LABELS.entries()) {
    const own = keysOf(source, label);
    assert.is(own.length, PERIODS.length);
    const bytes = readFileSync(join(folder, names[index]!));
    const moov = topLevelBoxes(bytes).find(({ type }) => type === 'moov')!.bytes;
    assertBoxes(boxesOf(moov), own, source.style, `${label}: moov`);
    assert.ok(moov.includes(Buffer.from(own[0]!.kid.replaceAll('-', ''), 'hex')));
    const seen = new Set<string>();
    for (const { kid, boxes } of fragmentsOf(bytes)) {
      const key = kid === undefined ? own[0]! : own.find((one) => one.kid === kid)!;
      assert.ok(key, `${label}: ${kid} is none of its keys`);
      seen.add(key.kid);
      if (kid === undefined) assert.equal(boxes, [], label);
      else assertBoxes(boxes, [key], source.style, `${label}: moof of period ${key.period}`);
    }
    assert.equal(
      [...seen],
      own.map(({ kid }) => kid),
      `${label}: each period has its key`,
    );
  }
}

const descriptorsOf = (set: MpdElement, systemId: string) =>
  children(set, 'ContentProtection').filter((one) => attribute(one, 'schemeIdUri')?.endsWith(systemId));

function assertSets(mpd: string, source: Source, style = source.style) {
  const sets = children(children(parseMpd(mpd), 'Period')[0], 'AdaptationSet');
  assert.is(sets.length, LABELS.length);
  const found = sets.map((set) => {
    const [protection] = descriptorsOf(set, 'mp4protection:2011');
    const first = source.issued().get(attribute(protection, 'cenc:default_KID')!)!;
    assert.is(first.period, 0);
    const own = keysOf(source, first.label);
    const boxes = (id: string) =>
      descriptorsOf(set, id).map((one) => children(one, 'cenc:pssh').map(textOf).join());
    assert.equal(
      boxes(COMMON).flatMap(listed),
      own.map(({ kid }) => kid),
      first.label,
    );
    for (const id of BOXED) {
      assert.equal(
        boxes(id),
        own.map((key) => signalsOf(id, key, style)!['PSSH']),
        first.label,
      );
    }
    const objects = descriptorsOf(set, SYSTEM.playready).map((one) => textOf(children(one, 'mspr:pro')[0]));
    const object = 'SmoothStreamingProtectionHeaderData';
    assert.equal(
      objects,
      own.map((key) => signalsOf(SYSTEM.playready, key, style)![object]),
      first.label,
    );
    return first.label;
  });
  assert.equal([...found].sort(), [...LABELS].sort());
}

const plain = (base64: string | undefined) => Buffer.from(base64 ?? '', 'base64').toString();

/** Key lines of each segment of a playlist, as they are in force. */
function linesInForce(text: string): { start: number; lines: string[] }[] {
  let start = 0;
  let block: string[] = [];
  let isTold = false;
  const segments: { start: number; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('#EXT-X-KEY:')) {
      block = isTold ? [...block, line] : [line];
      isTold = true;
    } else if (line.startsWith('#EXTINF:')) {
      isTold = false;
      segments.push({ start, lines: block });
      start += Number(/^#EXTINF:([\d.]+)/.exec(line)![1]);
    }
  }
  return segments;
}

const uriOf = (line: string) => /URI="([^"]*)"/.exec(line)?.[1];

/** @param ids of the systems that have lines, in their order */
function assertPlaylists(folder: string, names: readonly string[], ids: readonly string[], source: Source) {
  // PallyCon is asked for URIs alone: what goes with them is the system's own.
  const told = (lines: readonly string[]): (string | undefined)[] =>
    source.style === 'pallycon-v2' ? lines.map(uriOf) : [...lines];
  const linesOf = (key: IssuedKey, playlist: string) =>
    ids.map((id) => plain(signalsOf(id, key, source.style)![`HLSSignalingData:${playlist}`]));
  for (const [index, label] of LABELS.entries()) {
    const own = keysOf(source, label);
    for (const kind of label === 'AUDIO' ? ['stream'] : ['stream', 'iframe']) {
      const text = readFileSync(join(folder, names[index]!, `${kind}.m3u8`), 'utf8');
      for (const { start, lines } of linesInForce(text)) {
        const key = own[Math.floor((start + 0.1) / SECONDS)]!;
        assert.equal(told(lines), told(linesOf(key, 'media')), `${label} ${kind} at ${start}`);
      }
    }
  }
  const master = readFileSync(join(folder, 'master.m3u8'), 'utf8');
  const session = master.split('\n').filter((line) => line.startsWith('#EXT-X-SESSION-KEY:'));
  assert.equal(
    told(session).sort(),
    told(LABELS.flatMap((label) => linesOf(keysOf(source, label)[0]!, 'master'))).sort(),
  );
}

const folderOf = ({ output, modes }: Report) => join(output, modes[0]!.outputs[0]!);

/** What shows in each mode. */
const PROOFS: Readonly<
  Record<string, { mode: () => Plugin; prove: (folder: string, source: Source) => void }>
> = {
  'dash-cenc': {
    mode: () => dashCenc(),
    prove(folder, source) {
      assertFiles(folder, ['media-video-1.mp4', 'media-video-2.mp4', 'media-audio-und.mp4'], source);
      assertSets(readFileSync(join(folder, 'stream.mpd'), 'utf8'), source);
    },
  },
  cmaf: {
    mode: () => cmaf(),
    prove(folder, source) {
      const names = ['video-1', 'video-2', 'audio-und'];
      assertFiles(
        folder,
        names.map((name) => `${name}/media.mp4`),
        source,
      );
      assertSets(readFileSync(join(folder, 'stream.mpd'), 'utf8'), source);
      assertPlaylists(folder, names, [...BOXED, SYSTEM.fairplay], source);
    },
  },
  'hls-aes, MPEG-TS': {
    mode: () => hlsAes({ container: 'ts' }),
    prove: (folder, source) =>
      assertPlaylists(folder, ['media-1', 'media-2', 'audio-und'], [SYSTEM.fairplay], source),
  },
  'hls-aes, fMP4': {
    mode: () => hlsAes({ container: 'fmp4', systems: ['playready', 'widevine', 'fairplay'] }),
    prove: (folder, source) =>
      assertPlaylists(
        folder,
        ['video-1', 'video-2', 'audio-und'],
        [SYSTEM.playready, SYSTEM.widevine, SYSTEM.fairplay],
        source,
      ),
  },
};

for (const [name, { mode, prove }] of Object.entries(PROOFS)) {
  for (const dialect of ['pallycon-v2', 'speke-v2', 'speke-v2.1'] as const) {
    test(`${name}, ${dialect}: each key has what the server says of it`, () =>
      withServer(dialect, undefined, async (source) => {
        prove(folderOf(await packaged(source, mode())), source);
      }));
  }

  test(`${name}, a CPIX file: each key has what the document says of it`, async () => {
    const source = file((key) => key);
    prove(folderOf(await packaged(source, mode())), source);
  });

  test(`${name}: what a source says of another key is refused, by the plan too, before anything is written`, async () => {
    const neighbour = file((key, all) => all[(all.indexOf(key) + 1) % all.length]);
    await assertRefused(neighbour, mode(), /and is given with the key/);
    for (const dialect of ['pallycon-v2', 'speke-v2'] as const) {
      await withServer(dialect, 'swapped-signalling', (source) =>
        assertRefused(source, mode(), /and is given with the key/),
      );
    }
  });
}

async function assertRefused(source: Source, mode: Plugin, words: RegExp, facts: object = {}) {
  const written = optionsOf(source, mode, facts);
  let units = 0;
  const onEvent = ({ type }: { readonly type: string }) => {
    if (type === 'unit') units += 1;
  };
  const error = await failureOf(packageTitle({ ...written, onEvent }));
  assert.is(error.code, 'KEY_DOCUMENT', error.message);
  assert.match(error.message, words);
  assert.is(units, 0, 'nothing was begun');
  assert.equal(await filesBelow(written.title.output), []);
  const opened = await openTitle(optionsOf(source, mode, facts), { writes: false });
  const planned = await failureOf(planTitle(opened));
  assert.is(planned.message, error.message);
}

// --- Where only some keys are signalled

const isPicture = (key: IssuedKey) => (key.label === 'AUDIO' ? undefined : key);

for (const layout of ['single-file', 'segments'] as const) {
  test(`dash-cenc, ${layout}: keys of which the source says nothing have what is built, of their own`, async () => {
    const source = file(isPicture);
    const folder = folderOf(await packaged(source, dashCenc({ layout })));
    const mpd = parseMpd(readFileSync(join(folder, 'stream.mpd'), 'utf8'));
    const sets = children(children(mpd, 'Period')[0], 'AdaptationSet');
    for (const set of sets) {
      const [protection] = descriptorsOf(set, 'mp4protection:2011');
      const { label } = source.issued().get(attribute(protection, 'cenc:default_KID')!)!;
      const own = keysOf(source, label);
      const boxes = descriptorsOf(set, SYSTEM.widevine).flatMap((one) =>
        children(one, 'cenc:pssh').map(textOf),
      );
      if (label === 'AUDIO') {
        assert.is(boxes.length, 1);
        const ids = [...hex(Buffer.from(boxes[0]!, 'base64')).matchAll(/1210(.{32})/g)].map(([, id]) =>
          uuid(id!),
        );
        assert.equal(
          ids,
          own.map(({ kid }) => kid),
        );
      } else {
        assert.equal(
          boxes,
          own.map((key) => signalsOf(SYSTEM.widevine, key, 'speke-v2')!['PSSH']),
        );
      }
    }
  });
}

for (const [name, mode] of [
  ['cmaf', () => cmaf()],
  ['hls-aes', () => hlsAes()],
] as const) {
  test(`${name}: FairPlay of some keys alone is refused`, async () => {
    // Of PlayReady the server says another KEYFORMAT than what is built where it says nothing.
    const words = /no key URI for fairplay|several KEYFORMATs/;
    await assertRefused(file(isPicture), mode(), words);
    await withServer('speke-v2', 'half-signalled', (source) => assertRefused(source, mode(), words));
  });
}

test('key lines of one system in several key formats are refused: players know the first alone', async () => {
  const systems = ['widevine'] as const;
  const source = file(isPicture);
  const path = join(temporaryFolder('cpix'), 'keys.xml');
  const document = readFileSync(String(source.plugin.options!['file']), 'utf8');
  const line = Buffer.from('#EXT-X-KEY:METHOD=SAMPLE-AES,URI="data:,x",KEYFORMAT="com.widevine"');
  let count = 0;
  const changed = document.replace(/<cpix:HLSSignalingData[^>]*>[^<]*<\/cpix:HLSSignalingData>/g, () => {
    const unlike = line.toString().replace('data:,x', `data:,${count++}`);
    return `<cpix:HLSSignalingData playlist="${count % 2 ? 'media' : 'master'}">${Buffer.from(unlike).toString('base64')}</cpix:HLSSignalingData>`;
  });
  writeFileSync(path, changed);
  await assertRefused(
    { ...source, plugin: keyCpixFile({ file: path }) },
    hlsAes({ systems, container: 'fmp4' }),
    /several KEYFORMATs \(com\.widevine, urn:uuid:/,
  );
});

test('what an MPD would say is looked at before anything is written: a header that is too long for PlayReady', async () => {
  const long = { NOTE: 'x'.repeat(7300) };
  const mode = () => dashCenc({ systems: [['playready', { customAttributes: long }]] });
  const written = {
    ...optionsOf(
      file(() => undefined),
      mode(),
    ),
  };
  const events: string[] = [];
  const error = await failureOf(packageTitle({ ...written, onEvent: ({ type }) => void events.push(type) }));
  assert.is(error.code, 'INVALID_OPTION');
  assert.match(error.message, 'The PlayReady header has');
  assert.not.ok(events.includes('unit'));
  assert.equal(await filesBelow(written.title.output), []);
});

test('dash-cenc: what its element for an MPD would break ends the title before anything is written', async () => {
  const broken: DrmSystem = {
    name: 'acme',
    contentProtection: () =>
      contentProtection('0000', undefined, [{ name: 'a b', attributes: {}, children: [] }]),
  };
  const written = {
    ...optionsOf(
      file(() => undefined),
      dashCenc({ systems: [broken] }),
    ),
  };
  const events: string[] = [];
  await packageTitle({ ...written, onEvent: ({ type }) => void events.push(type) }).then(
    () => assert.unreachable(),
    () => {},
  );
  assert.not.ok(events.includes('unit'));
  assert.equal(await filesBelow(written.title.output), []);
});

test.run();
