import type { Finding } from './finding.ts';
import type { FindingCode } from './kinds/index.ts';

/** What one fault makes look wrong beside itself, in the same rendition: said once, by its cause. */
const FOLLOWS: { readonly [Cause in FindingCode]?: readonly FindingCode[] } = {
  FILE_MISSING: ['TITLE_DURATION', 'START_APART', 'CUTS_APART', 'INIT_MISSING'],
  FILE_TRUNCATED: ['DAMAGED', 'INDEX_RANGES', 'RANGE_OF_SEGMENT', 'SEGMENT_DURATION', 'TITLE_DURATION'],
  SEGMENT_TIME: ['SEQUENCE_NUMBER', 'MEDIA_GAP', 'START_APART', 'CUTS_APART'],
  RANGE_OF_SEGMENT: [
    'RANGE_GAP',
    'SEGMENT_TIME',
    'SEGMENT_DURATION',
    'MEDIA_GAP',
    'ACCESS_POINT',
    'INDEX_RANGES',
  ],
  INDEX_RANGES: [
    'RANGE_GAP',
    'SEGMENT_TIME',
    'SEGMENT_DURATION',
    'MEDIA_GAP',
    'ACCESS_POINT',
    'RANGE_OF_SEGMENT',
  ],
  INDEX_DURATION: ['SEGMENT_TIME', 'SEGMENT_DURATION', 'TITLE_DURATION', 'CUTS_APART'],
  INDEX_TIME: ['SEGMENT_TIME', 'START_APART'],
  SEGMENT_DURATION: ['SEGMENT_TIME', 'TITLE_DURATION', 'CUTS_APART', 'APPLE_LENGTHS'],
  CLEAR_SAMPLES: ['CLEAR_SHARE'],
  CLEAR_SLICE: ['CLEAR_SHARE'],
  KIND_OF_TRACK: ['CODECS', 'RESOLUTION', 'FRAME_RATE', 'CHANNELS', 'SAMPLE_RATE', 'LANGUAGE', 'KID_IN_FILE'],
  INIT_OF_ANOTHER: [
    'CODECS',
    'RESOLUTION',
    'FRAME_RATE',
    'CHANNELS',
    'SAMPLE_RATE',
    'LANGUAGE',
    'KID_IN_FILE',
  ],
  BANDWIDTH: ['BANDWIDTH_INEXACT'],
};

const CAUSES = new Map<string, Set<string>>();
for (const [cause, codes] of Object.entries(FOLLOWS))
  for (const code of codes) CAUSES.set(code, (CAUSES.get(code) ?? new Set()).add(cause));

/** Where it is wrong: the rendition, or the file that belongs to none. */
export const whereOf = ({ rendition, file }: Finding): string => rendition ?? file;

/** Those that no other one is the cause of. */
export function withoutConsequences(findings: readonly Finding[]): Finding[] {
  const present = new Set(findings.map((one) => `${one.code} ${whereOf(one)}`));
  return findings.filter((one) => {
    const causes = CAUSES.get(one.code) ?? [];
    return ![...causes].some((cause) => present.has(`${cause} ${whereOf(one)}`));
  });
}
