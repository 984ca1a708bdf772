import { type ContentKey, type KeyRequest, Packager, type Plugin, Run } from '../../../core/index.ts';
import { titleOptions } from './package.ts';

/** A run of one input that nobody packages: for plugins that are asked on their own. */
export function testRun(input = 'feature.mp4', signal = new AbortController().signal): Run {
  const inputs = [{ index: 0, path: `media/${input}`, name: input, bytes: 1000 }];
  return new Run({ title: titleOptions({ inputs: [`/media/${input}`] }), inputs }, signal);
}

/** A request for the key of a title in mode `dash-cenc`. */
export const keyRequest = (facts: Partial<KeyRequest> = {}): KeyRequest => ({
  contentId: 'film',
  mode: 'dash-cenc',
  scheme: 'cenc',
  label: 'ALL',
  period: 0,
  ...facts,
});

/** What a key source answers. */
export const askKey = (
  plugin: Plugin,
  request: KeyRequest,
  run = testRun(),
): Promise<ContentKey | undefined> => new Packager([plugin]).hooks.acquireKey.promise(request, run);

/** What a content id source answers. */
export const askContentId = (plugin: Plugin, run = testRun()): Promise<string | undefined> =>
  new Packager([plugin]).hooks.resolveCid.promise(run);
