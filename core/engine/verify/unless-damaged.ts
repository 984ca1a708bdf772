import { PackagerError } from '../../base/errors.ts';
import { DamageError } from '../../inspect/model/damage-error.ts';

/**
 * Do something with files of a package that may be damaged, or not be there.
 * @param onFault told why it could not be done @default nobody: whoever reads the files in earnest tells
 * @returns `undefined` where it could not be done
 * @throws PackagerError CANCELLED, and what is no fault of the files
 */
export async function unlessDamaged<T>(
  work: () => Promise<T>,
  onFault: (error: DamageError | PackagerError) => void = () => undefined,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const isFault = error instanceof DamageError || (PackagerError.is(error) && error.code !== 'CANCELLED');
    if (!isFault) throw error;
    onFault(error);
    return undefined;
  }
}
