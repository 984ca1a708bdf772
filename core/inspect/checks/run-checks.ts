import { arranged } from '../findings/arrange.ts';
import type { Finding } from '../findings/finding.ts';
import { withPackagePaths } from '../findings/package-paths.ts';
import type { Check } from './check.ts';
import { checkBandwidth } from './facts/bandwidth.ts';
import { checkCodecs, checkGroups } from './facts/codecs.ts';
import { checkPictures } from './facts/pictures.ts';
import { checkSound } from './facts/sound.ts';
import { checkThumbnails } from './facts/thumbnails.ts';
import { checkVideoRange } from './facts/video-range.ts';
import { checkWords } from './facts/words.ts';
import { checkIvReuse } from './keys/iv-reuse.ts';
import { checkKeyLines, checkListedProtection, checkSessionKeys } from './keys/key-lines.ts';
import { checkKids } from './keys/kids.ts';
import { checkLicenceForms } from './keys/licence-forms.ts';
import { checkSchemes } from './keys/schemes.ts';
import { checkUnknownKeys } from './keys/unknown-keys.ts';
import type { PackageFacts } from './package-facts.ts';
import { checkAuxiliary } from './protection/auxiliary.ts';
import { checkClearBytes } from './protection/clear-bytes.ts';
import { checkTransport } from './protection/transport.ts';
import { checkAppleRules } from './rules/apple.ts';
import { checkDashIfRules } from './rules/dash-if.ts';
import { checkVersions } from './rules/hls-version.ts';
import { checkIds, checkSyntax } from './rules/syntax.ts';
import { checkAccessPoints, checkSequences } from './segments/access-points.ts';
import { checkDiscontinuities } from './segments/discontinuities.ts';
import { checkFiles, checkInit, checkUnlisted } from './segments/files.ts';
import { checkIframes } from './segments/iframes.ts';
import { checkIndexes } from './segments/indexes.ts';
import { checkRanges } from './segments/ranges.ts';
import { checkTimes } from './segments/times.ts';
import { checkTargetDuration, checkTitleTimes } from './segments/title-times.ts';

/** Of media by itself, whatever a manifest says of it. */
const MEDIA_CHECKS: readonly Check[] = [
  checkIndexes,
  checkSequences,
  checkKids,
  checkUnknownKeys,
  checkLicenceForms,
  checkSchemes,
  checkIvReuse,
  checkClearBytes,
  checkAuxiliary,
  checkTransport,
];

/** Of manifests, and of media as they list it. */
const LISTING_CHECKS: readonly Check[] = [
  checkSyntax,
  checkIds,
  checkVersions,
  checkFiles,
  checkUnlisted,
  checkInit,
  checkRanges,
  checkTimes,
  checkDiscontinuities,
  checkTitleTimes,
  checkTargetDuration,
  checkAccessPoints,
  checkIframes,
  checkListedProtection,
  checkKeyLines,
  checkSessionKeys,
  checkBandwidth,
  checkCodecs,
  checkGroups,
  checkPictures,
  checkVideoRange,
  checkSound,
  checkThumbnails,
  checkWords,
  checkAppleRules,
  checkDashIfRules,
];

/**
 * All that is wrong with a package by itself, whatever it was made of.
 * @param others what was found otherwise, when it was read and compared: one list says each fault once
 */
export function runChecks(facts: PackageFacts, others: readonly Finding[] = []): Finding[] {
  const paths = [...facts.sizes.keys(), ...facts.packages.map(({ manifest }) => manifest)];
  const isListed = facts.packages.some(({ kind }) => kind !== 'file');
  const checks = isListed ? [...LISTING_CHECKS, ...MEDIA_CHECKS] : MEDIA_CHECKS;
  const found = checks.flatMap((check) => [...check(facts)]);
  return arranged([...withPackagePaths(others, paths), ...found]);
}
