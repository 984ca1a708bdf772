import {
  type ContentKey,
  ContentKeySet,
  type Hooks,
  type KeyRequest,
  Packager,
  type Plugin,
  Run,
} from '../../../core/index.ts';
import type { KeyPlace } from '../../../core/kit.ts';
import { titleOptions } from './package.ts';

/** A run of one input that nobody packages: for plugins that are asked on their own. */
export function testRun(input = 'feature.mp4', signal = new AbortController().signal): Run {
  const inputs = [{ index: 0, path: `media/${input}`, name: input, bytes: 1000 }];
  return new Run({ title: titleOptions({ inputs: [`/media/${input}`] }), inputs }, signal);
}

/** A request for keys, and which of them is wanted. */
export interface WantedKey extends KeyRequest, KeyPlace {}

/** A request for the key of a title in mode `dash-cenc`. */
export const keyRequest = (facts: Partial<WantedKey> = {}): WantedKey => ({
  contentId: 'film',
  mode: 'dash-cenc',
  scheme: 'cenc',
  labels: [facts.label ?? 'ALL'],
  label: 'ALL',
  period: 0,
  ...facts,
});

/** The key that the first source has which answers. */
export async function askHooks(hooks: Hooks, request: WantedKey, run: Run): Promise<ContentKey | undefined> {
  const answer = await hooks.acquireKey.promise(request, run);
  return answer && ContentKeySet.from(answer, request.labels).keyOf(request);
}

/** The key that a key source has. */
export const askKey = (
  plugin: Plugin,
  request: WantedKey,
  run = testRun(),
): Promise<ContentKey | undefined> => askHooks(new Packager([plugin]).hooks, request, run);

/** What a content id source answers. */
export const askContentId = (plugin: Plugin, run = testRun()): Promise<string | undefined> =>
  new Packager([plugin]).hooks.resolveCid.promise(run);
