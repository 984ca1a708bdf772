/** Plugins whose promises never settle: whoever cancels does not wait for them, unless something is being written. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ContentKeySet, type Packager, type Plugin, packageTitle } from '../../core/index.ts';
import type { StagedOutput } from '../../core/kit.ts';
import { dashCenc } from '../../plugins/index.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { memorySource } from '../helpers/oracles/read-mp4.ts';
import { failureOf, testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('promises that never settle');

/** Waits until somebody answers for it: by then the run is cancelled. */
class Hanging {
  readonly cancelled = new AbortController();
  #answer: (value: unknown) => void = () => {};

  /** Somebody waits, for ever. */
  wait<T>(): Promise<T> {
    this.cancelled.abort();
    return new Promise((resolve) => {
      this.#answer = resolve as (value: unknown) => void;
    });
  }

  answer(value: unknown): Promise<void> {
    this.#answer(value);
    return new Promise((resolve) => setImmediate(resolve));
  }
}

const open = async (reference: string) => memorySource(await readFile(reference.slice('far:'.length)));

/** Inputs `far:<path>`, and what they do instead. */
function source(packager: Packager, hooks: object): void {
  packager.source({
    name: 'far away',
    accepts: (reference) => reference.startsWith('far:'),
    look: async (reference) => ({ bytes: (await open(reference)).size, identity: '1' }),
    open,
    ...hooks,
  });
}

const PLACES: Readonly<Record<string, (hanging: Hanging, packager: Packager) => void>> = {
  resolveCid: (hanging, { hooks }) => hooks.resolveCid.tapPromise('x', () => hanging.wait()),
  acquireKey: (hanging, { hooks }) => hooks.acquireKey.tapPromise('x', () => hanging.wait()),
  'keys of a set': (hanging, { hooks }) =>
    hooks.acquireKey.tap('x', () => new ContentKeySet(() => hanging.wait())),
  demux: (hanging, { hooks }) => hooks.demux.tapPromise('x', () => hanging.wait()),
  encrypt: (hanging, { hooks }) => hooks.encrypt.for('dash-cenc').tapPromise('x', () => hanging.wait()),
  look: (hanging, packager) => source(packager, { look: () => hanging.wait() }),
  open: (hanging, packager) => source(packager, { open: () => hanging.wait() }),
  read: (hanging, packager) =>
    source(packager, {
      open: async (reference: string) => ({ ...(await open(reference)), read: () => hanging.wait() }),
    }),
  begin: (hanging, packager) =>
    packager.store({
      name: 'a vault',
      accepts: (location) => location.startsWith('vault:'),
      begin: () => hanging.wait(),
      tree: () => {
        throw new Error('nothing was begun');
      },
    }),
};

/** Package with a plugin that hangs, and cancel as soon as it does. */
async function cancelled(hanging: Hanging, place: string): Promise<string> {
  const input = await oddMedia('ctts-v0');
  const isFar = ['look', 'open', 'read'].includes(place);
  const plugin: Plugin = { name: 'x', apply: (packager) => PLACES[place]!(hanging, packager) };
  const title = titleOptions({
    ...{ inputs: [isFar ? `far:${input}` : input], contentId: place === 'resolveCid' ? undefined : 'a' },
    ...(place === 'begin' && { output: 'vault://host' }),
  });
  const plugins = [plugin, ...testPlugins(), dashCenc()];
  const error = await failureOf(packageTitle({ title, plugins, signal: hanging.cancelled.signal }));
  assert.is(error.code, 'CANCELLED', `${place}: ${error.message}`);
  assert.equal(await readdir(title.output).catch(() => []), [], place);
  return error.message;
}

test('cancelled, a title waits for no answer of a plugin', async () => {
  const work = Object.keys(PLACES).map((place) => cancelled(new Hanging(), place));
  const said = await Promise.all(work);
  assert.equal(
    [...new Set(said)],
    [
      'Cancelled; nothing was left behind.',
      'Cancelled; whether a vault keeps anything of it is not known yet.',
    ],
  );
});

test('an input that is opened later is closed, and what a store begins later is discarded', async () => {
  const [opening, beginning] = [new Hanging(), new Hanging()];
  await Promise.all([cancelled(opening, 'open'), cancelled(beginning, 'begin')]);
  const done: string[] = [];
  const close = async () => void done.push('closed');
  await opening.answer({ ...memorySource(new Uint8Array(9)), close });
  const discard = async () => {
    done.push('discarded');
    throw new Error('of which nobody hears');
  };
  await beginning.answer({ place: 1, discard } as unknown as StagedOutput);
  assert.equal(done, ['closed', 'discarded']);
});

test('who ends what he has begun is waited for a while', async () => {
  const controller = new AbortController();
  let isEnded = false;
  const slow: Plugin = {
    name: 'key-slow',
    apply: ({ hooks }) =>
      hooks.acquireKey.tapPromise('key-slow', async (_, { signal }) => {
        controller.abort();
        assert.ok(signal.aborted);
        await setTimeout(20);
        isEnded = true;
        throw new Error('it was ended');
      }),
  };
  const title = titleOptions({ inputs: [await oddMedia('ctts-v0')] });
  const plugins = [slow, ...testPlugins(), dashCenc()];
  await failureOf(packageTitle({ title, plugins, signal: controller.signal }));
  assert.ok(isEnded);
});

test.run();
