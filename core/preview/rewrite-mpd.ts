/** Common Encryption by default_KID (ISO/IEC 23009-1, 5.8.5.2), and the common system of the W3C, whose `pssh` list key ids. */
const KEPT = ['urn:mpeg:dash:mp4protection:2011', 'urn:uuid:1077efec-c0b2-4d02-ace3-3c1e52e2fb4b'];
/** DASH-IF's ClearKey. */
const CLEARKEY =
  '<ContentProtection schemeIdUri="urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e" value="ClearKey1.0"/>';

const PROTECTIONS = /(?:<((?:\w+:)?ContentProtection)\b(?:[^>]*\/>|[^>]*>[\s\S]*?<\/\1\s*>)\s*)+/g;
const PROTECTION = /<((?:\w+:)?ContentProtection)\b(?:[^>]*\/>|[^>]*>[\s\S]*?<\/\1\s*>)/g;
/** What has players ask other servers for another MPD, or where to go. BaseURL stays: the page asks here for what is there. */
const ELSEWHERE =
  /<((?:\w+:)?(?:Location|PatchLocation|ContentSteering))\b[^>]*>\s*(?:https?:)?\/\/[\s\S]*?<\/\1\s*>\s*/g;

/** An MPD as a player plays it here: whatever DRM it names, ClearKey is asked, by the key ids that it names. */
export const rewriteMpd = (text: string): string =>
  text.replace(ELSEWHERE, '').replace(PROTECTIONS, clearKeyOf);

function clearKeyOf(run: string): string {
  const kept = [...run.matchAll(PROTECTION)]
    .map(([element]) => element)
    .filter((element) =>
      KEPT.includes(/schemeIdUri\s*=\s*["']([^"']*)["']/.exec(element)?.[1]?.toLowerCase() ?? ''),
    );
  return [...kept, CLEARKEY].join('');
}
