import { PackagerError } from '../base/errors.ts';
import { Packager } from '../contract/packager.ts';
import { Run } from '../contract/run.ts';
import type { PackageOptions } from '../engine/api.ts';
import { unseenInputs } from '../engine/inputs.ts';
import { chooseModes, resolveContentId } from '../engine/plan.ts';
import { acquireKeys } from '../engine/title-keys.ts';
import type { ContentKey } from '../keys/content-key.ts';
import { fixedPolicy } from '../keys/label-policy.ts';
import type { FindKey } from './known-keys.ts';

interface SourceKey {
  readonly key: ContentKey;
  /** Of the mode that it was asked for. */
  readonly scheme: string;
}

/** Finds keys of packaged titles as packaging them asks for keys: by content id, mode and label. Asked once, when the first is wanted. */
export function sourceKeys(titles: readonly PackageOptions[], signal: AbortSignal): FindKey {
  let asked: Promise<readonly SourceKey[]> | undefined;
  return async ({ kid, scheme }) => {
    asked ??= Promise.all(titles.map((title) => keysOf(title, signal))).then((keys) => keys.flat());
    const keys = await asked;
    if (kid !== undefined) return keys.find(({ key }) => key.hexId === kid)?.key;
    return keys.find((each) => each.scheme === scheme)?.key;
  };
}

async function keysOf({ title, plugins }: PackageOptions, signal: AbortSignal): Promise<SourceKey[]> {
  const packager = new Packager(plugins);
  const run = new Run({ title, inputs: unseenInputs(title) }, signal);
  run.contentId = await resolveContentId(packager, run);
  const labels = fixedPolicy(title.keys ?? 'one')?.labels ?? [];
  const keys: SourceKey[] = [];
  for (const { mode, keyOf } of await acquireKeys(packager, run, chooseModes(packager, run), labels)) {
    for (const label of labels) {
      const key = await keyOf({ label, period: 0 }).catch((cause: unknown) => {
        // A label that no track has needs none.
        if (PackagerError.is(cause) && cause.code === 'NO_KEY') return undefined;
        throw cause;
      });
      if (key) keys.push({ key, scheme: mode.scheme });
    }
  }
  return keys;
}
