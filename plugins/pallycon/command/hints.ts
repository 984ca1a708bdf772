import { PackagerError } from '../../../core/index.ts';
import type { Order } from './check.ts';

/** What to do about a failure, where the usual hint speaks of the command `sealpack` or of its config. */
function hintFor(code: string, order: Order | undefined): string | undefined {
  if (code === 'OUTPUT_EXISTS') return 'Choose another output folder, or pass -f to replace it.';
  if (code !== 'NO_KEY' || !order) return undefined;
  if (order.raw) return 'Add a key with that label to --keys: no other is taken in its place.';
  return order.contentId === undefined
    ? 'The gateway handed over no key: set PALLYCON_KMS_TOKEN to ask the key server.'
    : undefined;
}

/** The same failure with advice for users of this command. @param order what was to be done, once that is known */
export function inOurWords(error: unknown, order: Order | undefined): unknown {
  if (!PackagerError.is(error)) return error;
  const hint = hintFor(error.code, order);
  return hint === undefined ? error : new PackagerError({ ...error.toJSON(), hint }, { cause: error.cause });
}
