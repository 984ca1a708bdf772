import { fail } from '../../base/errors.ts';
import { localPackage } from '../../inspect/files/local-package.ts';
import type { OpenTitle } from '../open-title.ts';
import { verifyTitle } from './verify-title.ts';

/** Modes may write files of formats of their own alone. */
const ANY = [''];

/**
 * Read what was written again, where nobody sees it yet, and compare it with the inputs. Warnings are warned of.
 * @throws PackagerError OUTPUT_FAULTY when anything in it is an error
 */
export async function verifyStaged(opened: OpenTitle): Promise<void> {
  const { title } = opened;
  const { staging, run } = title;
  if (!staging) return;
  if (staging.folder === undefined) throw fail.cannotVerify(run.store?.name ?? 'its store');
  const files = await localPackage(staging.folder, ANY);
  const verification = await verifyTitle({ files, opened, signal: run.signal });
  title.verification = verification;
  const [first] = verification.findings.filter(({ severity }) => severity === 'error');
  if (first) throw fail.outputFaulty(verification.summary, first.message);
  for (const { severity, message } of verification.findings) if (severity === 'warning') run.warn(message);
}
