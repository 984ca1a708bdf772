import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, toHex } from '../../core/base/bytes.ts';
import { ContentKey, ContentKeySet, Packager, PackagerError, type Plugin } from '../../core/index.ts';
import { ModeKeys } from '../../core/keys/mode-keys.ts';
import { askKey, keyRequest, testRun } from '../helpers/titles/ask.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('key sets');

const SECRET = '00112233445566778899aabbccddeeff';
/** A key with an id of its own; its bytes are that id's, turned, unless they are given. */
const keyOf = (id: number, bytes = toHex(new Uint8Array(16).fill(0xa0 + id))): ContentKey =>
  new ContentKey({ id: new Uint8Array(16).fill(id), key: fromHex(bytes) });

test('each place is asked for once, by whoever asks, also one that has no key', async () => {
  const asked: string[] = [];
  const set = new ContentKeySet(async ({ label, period }) => {
    asked.push(`${label}/${period}`);
    return label === 'HD' ? keyOf(1 + period) : undefined;
  });
  const places = [
    { label: 'HD', period: 0 },
    { label: 'HD', period: 1 },
    { label: 'AUDIO', period: 0 },
  ];
  for (let time = 0; time < 2; time++) {
    const keys = await Promise.all(places.map((place) => set.keyOf(place)));
    assert.equal(
      keys.map((key) => key?.id[0]),
      [1, 2, undefined],
    );
  }
  assert.equal(asked, ['HD/0', 'HD/1', 'AUDIO/0']);
});

test('a single key is for the only label in period 0, and for nothing else', async () => {
  const key = keyOf(1);
  const found = async (labels: readonly string[], label: string, period: number) =>
    (await ContentKeySet.from(key, labels).keyOf({ label, period }))?.hexId;
  assert.is(await found(['ALL'], 'ALL', 0), key.hexId);
  assert.is(await found(['ALL'], 'ALL', 1), undefined);
  assert.is(await found(['ALL'], 'HD', 0), undefined);
  assert.is(await found(['HD', 'AUDIO'], 'HD', 0), undefined, 'nobody says which of the two it is for');
});

test('what a copy of the package has made becomes ours, and is checked', async () => {
  const { id, key } = keyOf(1).transfer();
  const foreign = (parts: unknown) => ({ transfer: () => parts });
  const answer = { keyOf: async () => foreign({ id, key }) };
  const own = await ContentKeySet.from(answer as unknown as ContentKeySet, ['ALL']).keyOf({
    label: 'ALL',
    period: 0,
  });
  assert.instance(own, ContentKey);
  const zeros = foreign({ id, key: new Uint8Array(16) }) as unknown as ContentKey;
  assert.throws(() => ContentKeySet.from(zeros, ['ALL']), /all zeros/);
  const plain = { id, key } as unknown as ContentKey;
  assert.throws(() => ContentKeySet.from(plain, ['ALL']), /no ContentKey and no ContentKeySet/);
});

test('what goes wrong when a key is looked for names its source, as if the hook had thrown it', async () => {
  const plugin: Plugin = {
    name: 'key-late',
    apply: ({ hooks }) =>
      hooks.acquireKey.tap(
        'key-late',
        () =>
          new ContentKeySet(() => {
            throw new Error('the vault is closed');
          }),
      ),
  };
  const error = await failureOf(askKey(plugin, keyRequest()));
  assert.is(error.message, 'key-late failed: the vault is closed');
  assert.is(error.plugin, 'key-late');
  assert.is(error.hook, 'acquire-key');
});

test('sources are asked one after the other: a set without a key is an answer', async () => {
  const source = (name: string, set: ContentKeySet | undefined): Plugin => ({
    name,
    apply: ({ hooks }) => hooks.acquireKey.tap(name, () => set),
  });
  const none = new ContentKeySet(() => undefined);
  const some = new ContentKeySet(() => keyOf(1));
  const answer = (sets: readonly (ContentKeySet | undefined)[]) =>
    new Packager(sets.map((set, n) => source(`key-${n}`, set))).hooks.acquireKey.promise(
      keyRequest(),
      testRun(),
    );
  const place = { label: 'ALL', period: 0 };
  const of = async (sets: readonly (ContentKeySet | undefined)[]) =>
    ContentKeySet.from((await answer(sets))!, ['ALL']).keyOf(place);
  assert.ok(await of([undefined, some]));
  assert.is(await of([none, some]), undefined);
});

const PLACED = [
  { label: 'AUDIO', period: 0, key: keyOf(1, SECRET) },
  { label: 'HD', period: 0, key: keyOf(2) },
  { label: 'HD', period: 1, key: keyOf(3) },
];

test('no key shows of a set, of a mode’s keys, or of what is made of them for people', async () => {
  const set = new ContentKeySet(() => keyOf(1, SECRET));
  await set.keyOf({ label: 'ALL', period: 0 });
  for (const holder of [set, new ModeKeys(PLACED)]) {
    const shown = [
      String(holder),
      JSON.stringify(holder),
      inspect(holder, { depth: 9, showHidden: true }),
      inspect({ holder }, { depth: 9, getters: true }),
    ].join('\n');
    for (const spelled of [SECRET, Buffer.from(SECRET, 'hex').toString('base64')])
      assert.not.ok(shown.includes(spelled), shown);
    assert.not.match(shown, /0, *17, *34|00 11 22/);
  }
});

test('a mode’s keys cross threads, and are found by label and period alone', () => {
  const keys = ModeKeys.from(structuredClone(new ModeKeys(PLACED).transfer()));
  assert.equal(
    keys.all.map(({ label, period, key }) => [label, period, key.id[0], toHex(key.reveal())]),
    PLACED.map(({ label, period, key }) => [label, period, key.id[0], toHex(key.reveal())]),
  );
  assert.is(keys.of('HD', 1).id[0], 3);
  for (const [label, period] of [
    ['HD', 2],
    ['SD', 0],
    ['AUDIO', 1],
  ] as const) {
    assert.throws(() => keys.of(label, period), new RegExp(`no key for label ${label}, period ${period}`));
  }
});

test('where there are several keys, none is picked', () => {
  assert.throws(() => new ModeKeys(PLACED).only, /was given 3 \(AUDIO\/0, HD\/0, HD\/1\)/);
  assert.throws(() => new ModeKeys([]).only, /was given 0/);
  const shared = new ModeKeys([PLACED[0]!, { ...PLACED[0]!, label: 'HD' }]);
  assert.is(shared.only.id[0], 1, 'one key under two labels is one');
  assert.is(shared.distinct.length, 1);
});

test('two keys under one id are refused, and neither is shown', () => {
  const again = { label: 'HD', period: 4, key: keyOf(1) };
  try {
    new ModeKeys([...PLACED, again]);
    assert.unreachable();
  } catch (error) {
    assert.match(`${error}`, /label AUDIO, period 0 and for label HD, period 4 are two, and have one key id/);
    assert.not.ok(`${error}`.includes(SECRET));
  }
});

test('a content key that is published as the id or IV of another is refused, and not told', () => {
  const other = toHex(new Uint8Array(16).fill(9));
  const parts = { id: fromHex(SECRET), key: fromHex(other) };
  const mixedUp = [
    new ContentKey(parts),
    new ContentKey({ id: new Uint8Array(16).fill(2), key: fromHex(other), iv: fromHex(SECRET) }),
  ];
  for (const [index, video] of mixedUp.entries()) {
    const keys = [
      { label: 'AUDIO', period: 0, key: keyOf(1, SECRET) },
      { label: 'VIDEO', period: 0, key: video },
    ];
    for (const order of [keys, keys.toReversed()]) {
      const error = assertThrown(() => new ModeKeys(order));
      assert.is(error.code, 'INVALID_KEY');
      const part = ['key id', 'IV'][index];
      assert.match(error.message, `key for label AUDIO, period 0 is the ${part} of that for label VIDEO`);
      assert.not.match(JSON.stringify(error.toJSON()).replaceAll('-', ''), SECRET);
    }
  }
});

function assertThrown(act: () => unknown): PackagerError {
  try {
    act();
  } catch (error) {
    if (PackagerError.is(error)) return error;
  }
  throw new Error('nothing was refused');
}

test.run();
