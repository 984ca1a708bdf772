import type { PackageOptions } from './api.ts';
import { type Finished, finishedTitle, ownOutputs } from './finished.ts';
import { resumedTitle } from './receipt/resumed-title.ts';

/** How a title that is there is known. */
export interface LookOptions {
  /** By its receipt, where it has one: then what may be replaced needs no work either. */
  readonly byReceipt: boolean;
  /** By its outputs and the times of its inputs. */
  readonly byTime: boolean;
}

/**
 * Whether a title is there already, before it runs; `undefined`: it is to be packaged.
 * @throws PackagerError as `resumedTitle` does
 */
export async function titleThere(
  options: PackageOptions,
  { byReceipt, byTime }: LookOptions,
): Promise<Finished | undefined> {
  if (!byReceipt && !byTime) return undefined;
  const own = await ownOutputs(options);
  const resumed = byReceipt ? await resumedTitle(options, own) : undefined;
  if (resumed) return resumed.isCurrent || !options.title.overwrite ? resumed : undefined;
  return byTime ? finishedTitle(options, own) : undefined;
}
