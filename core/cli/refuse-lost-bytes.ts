import { fail } from '../base/errors.ts';
import { hasLostBytes } from '../base/lost-bytes.ts';

/**
 * Refuse a command line that was not UTF-8. Node.js has put U+FFFD in the place of other bytes before anybody sees them: two content ids
 * would become one, with one key, and a folder would get a name that nobody has given.
 * @throws PackagerError INVALID_OPTION, which names the option and quotes nothing else: the word may be a secret
 */
export function refuseLostBytes(argv: readonly string[]): void {
  const at = argv.findIndex(hasLostBytes);
  if (at < 0) return;
  const attached = optionIn(argv[at]);
  const before = optionIn(argv[at - 1]);
  const where = attached ? ` (${attached})` : before ? ` (behind ${before})` : '';
  throw fail.invalidOption(
    `Argument ${at + 1}${where} is not UTF-8: it has U+FFFD in the place of bytes that are lost, and what differs in these would be taken for the same.`,
    'Write the script in UTF-8, and give files UTF-8 names.',
  );
}

const optionIn = (word = ''): string | undefined => /^--?[a-z][a-z_-]{0,39}(?==|$)/i.exec(word)?.[0];
