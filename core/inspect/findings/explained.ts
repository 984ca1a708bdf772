import type { Finding } from './finding.ts';
import type { FindingCode } from './kinds/index.ts';

/** What is off where segments are not where, when or as long as they must be. */
const TIMES = [
  'SEGMENT_TIME',
  'MEDIA_GAP',
  'START_APART',
  'CUTS_APART',
  'TITLE_DURATION',
  'APPLE_LENGTHS',
] as const;

/** Faults of packets that come of reading them from a wrong place. */
const PACKETS = [
  'TS_SYNC_LOST',
  'TS_PACKET_CUT',
  'TS_CONTINUITY_JUMP',
  'TS_CONTINUITY_RESTART',
  'TS_TABLES_MISSING',
  'TS_TABLE_DAMAGED',
  'TS_PES_CUT',
  'TS_PES_DAMAGED',
  'TS_PADDING_WRONG',
] as const;

const SOUND_AND_PICTURE = [
  'CODECS',
  'RESOLUTION',
  'FRAME_RATE',
  'CHANNELS',
  'SAMPLE_RATE',
  'LANGUAGE',
  'KID_IN_FILE',
  'KID_IN_MANIFEST',
] as const;

/** What wrong information about samples makes of them. */
const AUXILIARY = [
  'ENCRYPTED_HEADER',
  'CLEAR_SLICE',
  'CLEAR_SAMPLES',
  'CLEAR_SHARE',
  'PARTIAL_BLOCKS',
  'IV_REUSED',
  'SAMPLE_DIFFERS',
  'WRONG_KEY',
] as const;

/** What compares renditions with one another: the cause may be in either. */
const COMPARED: ReadonlySet<string> = new Set<FindingCode>([
  'START_APART',
  'CUTS_APART',
  'TITLE_DURATION',
  'APPLE_LENGTHS',
  'APPLE_TARGET_DURATIONS',
  'SESSION_KEY',
  'IFRAME_RANGE',
  'IFRAME_DURATION',
  'MANIFEST_SYNTAX',
  'DASH_IF_ONE_KEY',
]);

/** What one fault makes look wrong beside itself, in the same rendition: said once, by its cause. */
export const FOLLOWS: { readonly [Cause in FindingCode]?: readonly FindingCode[] } = {
  FILE_MISSING: [...TIMES, 'INIT_MISSING', 'SAMPLE_LOST', 'CUE_LOST'],
  FILE_TRUNCATED: ['CODECS', 'DAMAGED', 'INDEX_RANGES', 'RANGE_OF_SEGMENT', 'SEGMENT_DURATION', ...TIMES],
  DAMAGED: [...TIMES, 'CODECS', 'SEGMENT_DURATION', 'RANGE_GAP', 'IFRAME_RANGE', 'IFRAME_DURATION'],
  RANGE_OF_SEGMENT: [
    ...(['DAMAGED', 'RANGE_GAP', 'SEGMENT_DURATION', 'ACCESS_POINT', 'BANDWIDTH_INEXACT'] as const),
    ...TIMES,
    ...PACKETS,
  ],
  RANGE_GAP: [...TIMES, ...PACKETS, 'SEQUENCE_NUMBER', 'IFRAME_RANGE', 'IFRAME_DURATION'],
  ACCESS_POINT: ['IFRAME_RANGE', 'IFRAME_DURATION'],
  TILE_GRID: ['RESOLUTION'],
  INDEX_RANGES: ['DAMAGED', 'RANGE_GAP', 'RANGE_OF_SEGMENT', 'SEGMENT_DURATION', 'ACCESS_POINT', ...TIMES],
  INDEX_DURATION: ['SEGMENT_DURATION', ...TIMES],
  INDEX_TIME: TIMES,
  RANGE_OF_INDEX: ['MANIFEST_SYNTAX', 'INDEX_RANGES', ...TIMES],
  KID_IN_FILE: ['KID_IN_PSSH', 'KEY_UNKNOWN'],
  KID_IN_MANIFEST: ['DASH_IF_ONE_KEY', 'KEY_UNKNOWN'],
  SEGMENT_TIME: [
    'SAMPLE_TIME',
    'SAMPLE_ORDER',
    'SAMPLE_LOST',
    'SEQUENCE_NUMBER',
    'MEDIA_GAP',
    'START_APART',
    'CUTS_APART',
    'TITLE_DURATION',
  ],
  SEGMENT_DURATION: [...TIMES, 'TARGET_DURATION'],
  TARGET_DURATION: ['APPLE_TARGET_DURATIONS', 'BANDWIDTH_INEXACT'],
  BANDWIDTH: ['BANDWIDTH_INEXACT'],
  TS_SYNC_LOST: PACKETS,
  TS_PACKET_CUT: ['TS_PES_CUT', 'TS_PES_DAMAGED', 'TS_PADDING_WRONG'],
  CLEAR_SAMPLES: ['CLEAR_SHARE'],
  CLEAR_SLICE: ['CLEAR_SHARE'],
  SENC: AUXILIARY,
  SAIZ: AUXILIARY,
  SAIO: AUXILIARY,
  SAMPLE_GROUPS: AUXILIARY,
  CONSTANT_IV: ['WRONG_KEY'],
  SCHEME_MISMATCH: [
    'WRONG_KEY',
    'IV_SIZE',
    'PATTERN',
    'PATTERN_UNUSUAL',
    'PARTIAL_BLOCKS',
    'APPLE_KEY_METHOD',
    'CLEAR_SHARE',
    'WIDEVINE_DATA',
  ],
  KID_ZERO: ['KID_IN_FILE', 'KID_IN_MANIFEST', 'KEY_UNKNOWN'],
  GROUP_MISSING: ['CODECS', 'AVERAGE_BANDWIDTH', 'BANDWIDTH_INEXACT'],
  INIT_MISSING: ['DAMAGED', 'CODECS'],
  INIT_OF_ANOTHER: [...SOUND_AND_PICTURE, 'TRACK_SWAPPED', 'CONFIG_DIFFERS'],
  CONFIG_DIFFERS: ['CODECS', 'RESOLUTION', 'CHANNELS', 'SAMPLE_RATE'],
  TRACK_SWAPPED: ['LANGUAGE'],
  KIND_OF_TRACK: SOUND_AND_PICTURE,
};

const CAUSES = new Map<string, Set<string>>();
for (const [cause, codes] of Object.entries(FOLLOWS))
  for (const code of codes) CAUSES.set(code, (CAUSES.get(code) ?? new Set()).add(cause));

/** Where it is wrong: the rendition, or the file that belongs to none. */
export const whereOf = ({ rendition, file }: Finding): string => rendition ?? file;

/** Those that no other one is the cause of. What is worse than its cause is said all the same. */
export function withoutConsequences(findings: readonly Finding[]): Finding[] {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [bad, any] = [placesOf(errors), placesOf(findings)];
  return findings.filter((one) => {
    const where = COMPARED.has(one.code) ? '' : ` ${whereOf(one)}`;
    const present = one.severity === 'error' ? bad : any;
    return ![...(CAUSES.get(one.code) ?? [])].some(
      (cause) => cause !== one.code && present.has(cause + where),
    );
  });
}

const placesOf = (findings: readonly Finding[]): Set<string> =>
  new Set(findings.flatMap((one) => [one.code, `${one.code} ${whereOf(one)}`]));
