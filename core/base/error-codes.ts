/** Exit statuses of the `sealpack` command. 0 is only ever "everything was written". */
export const EXIT = { failure: 1, usage: 2, input: 3, output: 4, key: 5, cancelled: 130 } as const;

/** PallyCon result codes (see the table in presets/PALLYCON.md). */
export const RESULT = {
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

export interface ErrorDetails {
  /** A stable name for programs, e.g. `INPUT_NOT_FOUND`. */
  readonly code: string;
  /** The PallyCon result code. */
  readonly result: number;
  /** The exit status of the command. */
  readonly exit: number;
  /** What happened and where, in one sentence. Never a key, a token or a query string. */
  readonly message: string;
  /** What the user can do about it. */
  readonly hint?: string | undefined;
  readonly plugin?: string | undefined;
  readonly hook?: string | undefined;
}
