import { type ErrorCode, type ErrorDetails, EXIT } from '../../core/index.ts';

/** What went wrong, as PallyCon's packager numbers it (see the table in presets/PALLYCON.md). */
const RESULT = {
  noParameters: 1101,
  invalidParameter: 1102,
  parameterCount: 1103,
  inputNotFound: 1201,
  inputNotReadable: 1202,
  pathTooLong: 1203,
  nameTooLong: 1204,
  diskFull: 1205,
  cannotMove: 1206,
  sizeNotReadable: 1207,
  requestFailed: 2001,
  serverError: 2002,
  keySize: 2003,
  noKey: 2004,
  invalidKey: 2005,
} as const;

/** By our code. What the exit status tells better is not here: an input and an output can be one file too many. */
export const RESULT_OF: Readonly<Record<Exclude<ErrorCode, 'TOO_MANY_FILES'>, number>> = {
  INVALID_CONFIG: RESULT.invalidParameter,
  NO_CONFIG: RESULT.parameterCount,
  CONFIG_NOT_LOADED: RESULT.invalidParameter,
  MISSING_ENVIRONMENT: RESULT.parameterCount,
  INVALID_OPTION: RESULT.invalidParameter,
  MISSING_OPTION: RESULT.parameterCount,
  SURPLUS_OPTION: RESULT.parameterCount,
  NO_PARAMETERS: RESULT.noParameters,
  NO_CONTENT_ID: RESULT.parameterCount,
  DUPLICATE_PLUGIN: RESULT.invalidParameter,
  UNKNOWN_MODE: RESULT.invalidParameter,
  TARGET_NOT_SERVED: RESULT.invalidParameter,
  OUTPUTS_CLASH: RESULT.invalidParameter,
  PLAN_OUTDATED: RESULT.invalidParameter,

  INPUT_NOT_FOUND: RESULT.inputNotFound,
  INPUT_NOT_READABLE: RESULT.inputNotReadable,
  NOT_MEDIA: RESULT.inputNotReadable,
  UNSUPPORTED_CODEC: RESULT.inputNotReadable,
  UNSUPPORTED_INPUT: RESULT.inputNotReadable,
  RENDITIONS_NOT_ALIGNED: RESULT.inputNotReadable,
  SEGMENT_TOO_LARGE: RESULT.inputNotReadable,
  INPUT_CHANGED: RESULT.inputNotReadable,
  SIZE_NOT_READABLE: RESULT.sizeNotReadable,

  OUTPUT_EXISTS: RESULT.cannotMove,
  OUTPUT_BUSY: RESULT.cannotMove,
  OUTPUT_IS_INPUT: RESULT.cannotMove,
  OUTPUT_LOST: RESULT.cannotMove,
  OUTPUT_INCOMPLETE: RESULT.cannotMove,
  OUTPUT_NOT_WRITABLE: RESULT.cannotMove,
  CANNOT_MOVE: RESULT.cannotMove,
  CONFIG_EXISTS: RESULT.cannotMove,
  PATH_TOO_LONG: RESULT.pathTooLong,
  NAME_TOO_LONG: RESULT.nameTooLong,
  DISK_FULL: RESULT.diskFull,

  NO_KEY: RESULT.noKey,
  KEY_SIZE: RESULT.keySize,
  INVALID_KEY: RESULT.invalidKey,
  KEY_DOCUMENT: RESULT.serverError,
  KEY_STORE: RESULT.invalidKey,
  REQUEST_FAILED: RESULT.requestFailed,
  SERVER_ERROR: RESULT.serverError,

  OUTPUT_FAULTY: RESULT.cannotMove,

  NOT_PROTECTED: RESULT.invalidParameter,
  LEFT_CLEAR: RESULT.invalidParameter,
  NOT_SEGMENTED: RESULT.invalidParameter,
  ENDED_EARLY: RESULT.invalidParameter,
  NEVER_SETTLED: RESULT.invalidParameter,
  WORKER_DIED: RESULT.inputNotReadable,
  UNEXPECTED: RESULT.inputNotReadable,
  CANCELLED: RESULT.invalidParameter,
};

/** For the rest, and for codes that plugins bring: the nearest that the exit status says. */
const RESULT_OF_EXIT: Readonly<Record<number, number>> = {
  [EXIT.failure]: RESULT.inputNotReadable,
  [EXIT.usage]: RESULT.invalidParameter,
  [EXIT.input]: RESULT.inputNotReadable,
  [EXIT.output]: RESULT.cannotMove,
  [EXIT.key]: RESULT.noKey,
  [EXIT.faulty]: RESULT.cannotMove,
  [EXIT.cancelled]: RESULT.invalidParameter,
};

/** PallyCon's result code of a failure; never 0. */
export function resultCode({ code, exit }: Pick<ErrorDetails, 'code' | 'exit'>): number {
  if (Object.hasOwn(RESULT_OF, code)) return RESULT_OF[code as keyof typeof RESULT_OF];
  return RESULT_OF_EXIT[exit] ?? RESULT.inputNotReadable;
}
