import { EXIT } from '../base/errors.ts';
import type { TitleVerification } from '../engine/verify/verification.ts';
import { verifyTitle } from '../engine/verify/verify-title.ts';
import { openPackage } from '../inspect/files/open-package.ts';
import { shownReference } from '../io/reference.ts';
import { optionalTitles } from './optional-titles.ts';
import type { Parts } from './parts.ts';
import { paintFor, type Shell, wrapWidth } from './shell.ts';
import { titleShares } from './title-shares.ts';
import { eachTitle } from './titles.ts';
import { VerifyProgress } from './verify-progress.ts';
import { verdictLine, verifyText } from './verify-text.ts';
import type { VerifyFlags } from './verify-words.ts';

/** Raised when the JSON changes in a way that breaks who reads it. */
const VERSION = 1;

/** Files of which kind there are only those who read them can say: plugins have formats of their own. */
const ANY = [''];

/**
 * Verify what is in an output folder, or a package of it, title by title.
 * @returns the exit status: 0 where nothing is wrong
 * @throws PackagerError as preparing the titles and verifying them do
 */
export async function verifyCommand(
  output: string,
  inputs: readonly string[],
  flags: VerifyFlags,
  shell: Shell,
  parts: () => Promise<Parts>,
): Promise<number> {
  const { signal, stdout } = shell;
  const titles = [...eachTitle(await optionalTitles(inputs, flags, shell, parts))];
  const files = await openPackage(output, { base: shell.cwd, signal, endings: ANY });
  const progress = new VerifyProgress(shell.stderr, files.name);
  const results: TitleVerification[] = [];
  try {
    for (const { part, title } of await titleShares(files, titles)) {
      const onProgress = () => progress.step();
      results.push(
        await verifyTitle({ files: part, title: title && { ...title, signal }, signal, onProgress }),
      );
    }
  } finally {
    progress.end();
    await files.close();
  }
  const isFaulty = results.some(({ verdict }) => verdict === 'faulty');
  if (flags.json) {
    const verdict = worst(results);
    const told = { version: VERSION, output: shownReference(output), verdict, titles: results.map(plain) };
    stdout.write(`${JSON.stringify(told, undefined, 2)}\n`);
  } else {
    const look = { columns: wrapWidth(stdout), paint: paintFor(stdout, shell) };
    for (const result of results) stdout.write(verifyText(result, look));
    stdout.write(verdictLine(results, look));
  }
  const isWarned = results.some(({ findings }) => findings.some(({ severity }) => severity === 'warning'));
  return isFaulty || (flags.strict && isWarned) ? EXIT.faulty : 0;
}

/** Each finding once: with its package, or by itself. */
function plain({ verdict, summary, packages, findings }: TitleVerification) {
  const told = new Set(packages.flatMap((one) => one.findings));
  return { verdict, summary, packages, findings: findings.filter((one) => !told.has(one)) };
}

const worst = (results: readonly TitleVerification[]): TitleVerification['verdict'] => {
  const verdicts = results.map(({ verdict }) => verdict);
  return (
    verdicts.find((verdict) => verdict === 'faulty') ??
    verdicts.find((verdict) => verdict === 'form') ??
    'proved'
  );
};
