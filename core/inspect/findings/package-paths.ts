import type { Finding } from './finding.ts';

/**
 * Findings of readers, which know a file by where it lies on this machine, under the names that the package has: a report is read
 * elsewhere too.
 * @param paths of the files of the package
 */
export function withPackagePaths(findings: readonly Finding[], paths: Iterable<string>): Finding[] {
  const known = new Set(paths);
  return findings.map((one) => {
    if (known.has(one.file)) return one;
    const path = tailsOf(one.file).find((tail) => known.has(tail));
    if (path === undefined) return one;
    return { ...one, file: path, message: one.message.replaceAll(one.file, path) };
  });
}

/** `a/b/c`, `b/c`, `c`. */
function tailsOf(file: string): string[] {
  const parts = file.replaceAll('\\', '/').split('/');
  return parts.map((_, index) => parts.slice(index).join('/'));
}
