import { toBase64 } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { isOneWord } from '../base/printable.ts';
import type { ContentKey } from '../keys/content-key.ts';
import { firstKey } from './context.ts';
import type { DrmContext } from './drm-system.ts';

const PLACEHOLDERS: Readonly<Record<string, (key: ContentKey, contentId: string) => string>> = {
  contentId: (_, contentId) => encodeURIComponent(contentId),
  keyId: (key) => key.hexId,
  keyUuid: (key) => key.uuid,
  keyIdBase64: (key) => toBase64(key.id),
};

/**
 * Turn the template of a key URI into a function. Placeholders: `{contentId}` (percent-encoded), `{keyId}`
 * (hexadecimal), `{keyUuid}`, `{keyIdBase64}`.
 *
 * @param option how messages name the template
 * @throws PackagerError for a placeholder that does not exist, or white space or a quote in the template
 */
export function keyUri(option: string, template: string): (context: DrmContext) => string {
  const known = Object.keys(PLACEHOLDERS).map((name) => `{${name}}`);
  for (const [placeholder, name] of template.matchAll(/\{([^}]*)\}/g)) {
    if (!Object.hasOwn(PLACEHOLDERS, name!)) {
      throw fail.invalidOption(
        `${option} has an unknown placeholder: ${placeholder}`,
        `Use ${known.join(', ')}.`,
      );
    }
  }
  // No URI has braces (RFC 3986, 2), so that one of them alone is half a placeholder: `skd://{keyId`.
  if (/[{}]/.test(template.replace(/\{[^}]*\}/g, ''))) {
    throw fail.invalidOption(
      `${option} has a brace without the other.`,
      `Placeholders are ${known.join(', ')}.`,
    );
  }
  if (!isOneWord(template)) {
    throw fail.invalidOption(
      `${option} is not a URI: it is empty, or has a quote, white space or a control character in it.`,
    );
  }
  return (context) =>
    template.replace(/\{(\w+)\}/g, (_, name: string) =>
      PLACEHOLDERS[name]!(firstKey(context), context.contentId),
    );
}
