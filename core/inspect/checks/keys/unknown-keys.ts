import { finding } from '../../findings/make.ts';
import { inFile, ofEach } from '../check.ts';

/** Of a title whose key sources were asked all keys are known: what is under another one nobody can play. */
export const checkUnknownKeys = ofEach(function* (rendition, { asksKeys, keyOf }) {
  if (!asksKeys) return;
  for (const [name, place] of rendition.media?.missingKeys ?? []) {
    // Of one that is there its IV may be missing.
    if (keyOf?.(name)) continue;
    yield finding(
      'KEY_UNKNOWN',
      inFile(rendition, place),
      `${place.file} has samples under the key ${name}, which no key source of the title has: they were not decrypted.`,
      { found: name },
    );
  }
});
