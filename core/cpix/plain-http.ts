import { fail } from '../base/errors.ts';
import { isPlainHttp } from '../http/loopback.ts';

/**
 * Keys and tokens do not travel in the clear, unless the config says that they may.
 * @param url as text: a template, in which the path may have placeholders; what is no URL is for others to refuse
 * @throws PackagerError INVALID_OPTION
 */
export function refusePlainHttp(url: URL | string, isAllowed = false): void {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : url;
  if (isAllowed || typeof parsed === 'string' || !isPlainHttp(parsed)) return;
  throw fail.invalidOption(
    `The key server ${parsed.host} would be asked over plain http: token and keys could be read on the way.`,
    'Use its https URL; on a network that nobody else is on, set `allowPlainHttp: true`.',
  );
}
