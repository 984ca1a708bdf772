import { PackagerError } from '../../../core/base/errors.ts';

/** The code of the foreseen error that something ends with; `none`. @throws what it fails with otherwise */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (PackagerError.is(error)) return error.code;
    throw error;
  }
  return 'none';
}
