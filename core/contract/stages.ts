/** The hooks as users know them; also the names in errors and progress. */
export const STAGES = [
  'resolve-cid',
  'acquire-key',
  'demux',
  'encrypt',
  'segment',
  'emit-manifest',
  'report',
] as const;

/** A stage of the lifecycle, as users know it. */
export type StageName = (typeof STAGES)[number];
