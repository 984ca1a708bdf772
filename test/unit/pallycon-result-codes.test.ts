/** PallyCon's result code of every failure that we foresee, beside our code and the exit status. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CODES, EXIT, fail, PackagerError } from '../../core/base/errors.ts';
import { outputError } from '../../core/io/disk.ts';
import { RESULT_OF, resultCode } from '../../plugins/pallycon/result-codes.ts';

const test = suite('result codes of PallyCon');

type Fault = Exclude<keyof typeof fail, 'several'>;

/** By the function that makes it. */
const EXPECTED: Readonly<Record<Fault, readonly [code: string, exit: number, result: number]>> = {
  invalidConfig: ['INVALID_CONFIG', 2, 1102],
  noConfig: ['NO_CONFIG', 2, 1103],
  configNotLoaded: ['CONFIG_NOT_LOADED', 2, 1102],
  manifestNotRead: ['CONFIG_NOT_LOADED', 2, 1102],
  missingEnvironment: ['MISSING_ENVIRONMENT', 2, 1103],
  invalidOption: ['INVALID_OPTION', 2, 1102],
  missingOption: ['MISSING_OPTION', 2, 1103],
  surplusOption: ['SURPLUS_OPTION', 2, 1103],
  noParameters: ['NO_PARAMETERS', 2, 1101],
  duplicatePlugin: ['DUPLICATE_PLUGIN', 2, 1102],
  unknownMode: ['UNKNOWN_MODE', 2, 1102],
  targetNotServed: ['TARGET_NOT_SERVED', 2, 1102],
  noSource: ['INVALID_OPTION', 2, 1102],
  noStore: ['INVALID_OPTION', 2, 1102],
  outputsClash: ['OUTPUTS_CLASH', 2, 1102],
  planOutdated: ['PLAN_OUTDATED', 2, 1102],
  inputNotFound: ['INPUT_NOT_FOUND', 3, 1201],
  fileNotFound: ['INPUT_NOT_FOUND', 3, 1201],
  inputNotReadable: ['INPUT_NOT_READABLE', 3, 1202],
  notMedia: ['NOT_MEDIA', 3, 1202],
  badText: ['NOT_MEDIA', 3, 1202],
  badImage: ['NOT_MEDIA', 3, 1202],
  unsupportedCodec: ['UNSUPPORTED_CODEC', 3, 1202],
  unsupportedInput: ['UNSUPPORTED_INPUT', 3, 1202],
  misaligned: ['RENDITIONS_NOT_ALIGNED', 3, 1202],
  segmentTooLarge: ['SEGMENT_TOO_LARGE', 3, 1202],
  inputChanged: ['INPUT_CHANGED', 3, 1202],
  sizeNotReadable: ['SIZE_NOT_READABLE', 3, 1207],
  outputExists: ['OUTPUT_EXISTS', 4, 1206],
  outputForeign: ['OUTPUT_EXISTS', 4, 1206],
  outputBusy: ['OUTPUT_BUSY', 4, 1206],
  outputIsInput: ['OUTPUT_IS_INPUT', 4, 1206],
  outputLost: ['OUTPUT_LOST', 4, 1206],
  outputIncomplete: ['OUTPUT_INCOMPLETE', 4, 1206],
  notPutBack: ['CANNOT_MOVE', 4, 1206],
  outputFaulty: ['OUTPUT_FAULTY', 6, 1206],
  cannotVerify: ['INVALID_OPTION', 2, 1102],
  configExists: ['CONFIG_EXISTS', 4, 1206],
  outputNotWritable: ['OUTPUT_NOT_WRITABLE', 4, 1206],
  cannotMove: ['CANNOT_MOVE', 4, 1206],
  pathTooLong: ['PATH_TOO_LONG', 4, 1203],
  nameTooLong: ['NAME_TOO_LONG', 4, 1204],
  diskFull: ['DISK_FULL', 4, 1205],
  noKey: ['NO_KEY', 5, 2004],
  noKeyFor: ['NO_KEY', 5, 2004],
  keySize: ['KEY_SIZE', 5, 2003],
  noIv: ['KEY_SIZE', 5, 2003],
  invalidKey: ['INVALID_KEY', 5, 2005],
  keyMissing: ['NO_KEY', 5, 2004],
  keyDocument: ['KEY_DOCUMENT', 5, 2002],
  keyStore: ['KEY_STORE', 5, 2005],
  noContentId: ['NO_CONTENT_ID', 2, 1103],
  notProtected: ['NOT_PROTECTED', 1, 1102],
  leftClear: ['LEFT_CLEAR', 1, 1102],
  unfitAnswer: ['NOT_PROTECTED', 1, 1102],
  notSegmented: ['NOT_SEGMENTED', 1, 1102],
  requestFailed: ['REQUEST_FAILED', 5, 2001],
  serverError: ['SERVER_ERROR', 5, 2002],
  cancelled: ['CANCELLED', 130, 1102],
  endedEarly: ['ENDED_EARLY', 1, 1102],
  neverSettled: ['NEVER_SETTLED', 1, 1102],
  workerDied: ['WORKER_DIED', 1, 1202],
  unexpected: ['UNEXPECTED', 1, 1202],
  tooManyFiles: ['TOO_MANY_FILES', 3, 1202],
};

/** What those functions need that take no words. */
const ARGUMENTS: Readonly<Partial<Record<Fault, readonly unknown[]>>> = {
  invalidConfig: ['The config', ['a mistake']],
  manifestNotRead: ['titles.csv, line 2', 'a mistake.'],
  missingEnvironment: [['NAME']],
  segmentTooLarge: ['a.mp4', 0, 60, 2 ** 31],
  tooManyFiles: ['a.mp4'],
};

const made = Object.entries(fail)
  .filter(([name]) => name !== 'several')
  .map(([name, make]) => {
    const given = ARGUMENTS[name as Fault] ?? ['one', 'two', 'three', 'four'];
    const error = (make as (...args: readonly unknown[]) => PackagerError)(...given);
    return [name, error] as const;
  });

test('each failure that we foresee has its code, its exit status and its result code', () => {
  const found = Object.fromEntries(
    made.map(([name, error]) => [name, [error.code, error.exit, resultCode(error)]]),
  );
  assert.equal(found, EXPECTED);
});

test('no code is in the table that nothing has, and none is missing', () => {
  const codes = [...new Set(made.map(([, { code }]) => code))].sort();
  assert.equal(Object.keys(CODES).sort(), codes);
  assert.equal([...Object.keys(RESULT_OF), 'TOO_MANY_FILES'].sort(), codes);
});

test('an output that is one file too many is told from an input', () => {
  for (const code of ['EMFILE', 'ENFILE']) {
    const cause = Object.assign(new Error(code), { code });
    assert.is(resultCode(outputError('/out/a.mp4', cause)), 1206);
    assert.is(resultCode(PackagerError.from(cause)), 1202);
  }
});

test('several at once have the result code of the first', () => {
  assert.is(resultCode(fail.several('Two mistakes:', ['one', 'two'], fail.missingOption('one'))), 1103);
});

test('a code of somebody’s plugin has the result code of its exit status, and is never a success', () => {
  const results = Object.values(EXIT).map((exit) => resultCode({ code: 'ACME_ODD', exit }));
  assert.equal(results, [1202, 1102, 1202, 1206, 2004, 1206, 1102]);
  for (const code of ['toString', '__proto__', 'ACME_ODD']) assert.is(resultCode({ code, exit: 77 }), 1202);
});

test.run();
