import type { Claim, Finding, Verification } from './finding.ts';

/**
 * The one word for it: `faulty` with an error, `proved` where nothing is left that was looked at by its form alone or not at all.
 * Nothing to prove anything of is no proof.
 */
export function verdictOf(findings: readonly Finding[], claims: readonly Claim[]): Verification['verdict'] {
  if (findings.some(({ severity }) => severity === 'error')) return 'faulty';
  const samples = claims.filter(({ what }) => what === 'samples' || what === 'file');
  return samples.length > 0 && samples.every(({ assurance }) => assurance === 'proved') ? 'proved' : 'form';
}
