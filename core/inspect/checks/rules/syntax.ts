import { finding } from '../../findings/make.ts';
import type { Check } from '../check.ts';

/** What readers of manifests found to be against their standards. */
export const checkSyntax: Check = function* ({ packages }) {
  for (const { faults = [] } of packages)
    for (const { path, line, text, rule } of faults)
      yield finding('MANIFEST_SYNTAX', { file: path }, line === undefined ? text : `${text}`, {
        found: rule,
      });
};

/** Ids are unique in a Period (ISO/IEC 23009-1, 5.3.5.2). */
export const checkIds: Check = function* ({ packages }) {
  for (const { kind, manifest, renditions } of packages) {
    if (kind !== 'mpd') continue;
    const seen = new Set<string>();
    for (const { id, period } of renditions) {
      const key = `${period ?? 0} ${id}`;
      if (seen.has(key))
        yield finding(
          'DASH_LIST',
          { file: manifest, rendition: id },
          `${manifest} has two Representations "${id}".`,
        );
      seen.add(key);
    }
  }
};
