import {
  errorDetails,
  exitStatus,
  printError,
  refuseLostBytes,
  type Shell,
} from '../../../core/cli/executable.ts';
import { resultXml } from '../result-xml.ts';
import { checkArguments, type Order } from './check.ts';
import { inOurWords } from './hints.ts';
import { parseArguments } from './parse.ts';
import type { PackagerParts } from './parts.ts';
import { USAGE } from './usage.ts';

/**
 * Run the command `PallyConPackager`; answers the exit status, 0 only for result 0. Standard output gets the result and
 * nothing else, whatever happens.
 */
export async function packagerMain(
  argv: readonly string[],
  shell: Shell,
  parts: PackagerParts,
): Promise<number> {
  let order: Order | undefined;
  try {
    refuseLostBytes(argv);
    order = checkArguments(parseArguments(argv));
    const { packageOrder } = await import('./package.ts');
    await packageOrder(order, shell, parts);
    shell.stdout.write(resultXml());
    return 0;
  } catch (cause) {
    const error = inOurWords(cause, order);
    const failure = errorDetails(error);
    if (failure.code === 'NO_PARAMETERS') shell.stderr.write(USAGE);
    else printError(error, shell);
    shell.stdout.write(resultXml(failure));
    return exitStatus(error);
  }
}
