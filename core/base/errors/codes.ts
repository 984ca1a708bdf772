/** Exit statuses of the `sealpack` command. 0 is only ever "everything was written". */
export const EXIT = {
  failure: 1,
  usage: 2,
  input: 3,
  output: 4,
  key: 5,
  /** Verification has found errors. */
  faulty: 6,
  cancelled: 130,
} as const;

const { usage, input, output, key, faulty, failure, cancelled } = EXIT;

/** Every code of ours, with the exit status that it stands for. They are stable: programs look for them. */
export const CODES = {
  // Configuration and parameters
  INVALID_CONFIG: usage,
  NO_CONFIG: usage,
  CONFIG_NOT_LOADED: usage,
  MISSING_ENVIRONMENT: usage,
  INVALID_OPTION: usage,
  MISSING_OPTION: usage,
  SURPLUS_OPTION: usage,
  NO_PARAMETERS: usage,
  NO_CONTENT_ID: usage,
  DUPLICATE_PLUGIN: usage,
  UNKNOWN_MODE: usage,
  TARGET_NOT_SERVED: usage,
  OUTPUTS_CLASH: usage,
  PLAN_OUTDATED: usage,

  // Input
  INPUT_NOT_FOUND: input,
  INPUT_NOT_READABLE: input,
  NOT_MEDIA: input,
  UNSUPPORTED_CODEC: input,
  UNSUPPORTED_INPUT: input,
  RENDITIONS_NOT_ALIGNED: input,
  SEGMENT_TOO_LARGE: input,
  INPUT_CHANGED: input,
  SIZE_NOT_READABLE: input,
  /** Of an output: 4. */
  TOO_MANY_FILES: input,

  // Output
  OUTPUT_EXISTS: output,
  OUTPUT_BUSY: output,
  OUTPUT_IS_INPUT: output,
  OUTPUT_LOST: output,
  OUTPUT_INCOMPLETE: output,
  OUTPUT_NOT_WRITABLE: output,
  CANNOT_MOVE: output,
  CONFIG_EXISTS: output,
  PATH_TOO_LONG: output,
  NAME_TOO_LONG: output,
  DISK_FULL: output,

  // Keys and the servers that give them
  NO_KEY: key,
  KEY_SIZE: key,
  INVALID_KEY: key,
  KEY_DOCUMENT: key,
  KEY_STORE: key,
  REQUEST_FAILED: key,
  SERVER_ERROR: key,

  // What was written, when it is read again
  OUTPUT_FAULTY: faulty,

  // The engine and its plugins
  NOT_PROTECTED: failure,
  LEFT_CLEAR: failure,
  NOT_SEGMENTED: failure,
  ENDED_EARLY: failure,
  NEVER_SETTLED: failure,
  WORKER_DIED: failure,
  UNEXPECTED: failure,
  CANCELLED: cancelled,
} as const satisfies Readonly<Record<string, number>>;

/**
 * Codes of failures that may be over a while later, by themselves: of a list such a title is tried again. An error can know better, and
 * says so (`transient`): an answer of 503 is no wrong password, though both are SERVER_ERROR.
 */
export const TRANSIENT: ReadonlySet<string> = new Set<ErrorCode>(['REQUEST_FAILED']);

/** A code of ours; plugins may have further ones of their own. */
export type ErrorCode = keyof typeof CODES;
