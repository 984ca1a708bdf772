import { toHex } from '../../base/bytes.ts';
import { type ProtobufField, readProtobuf } from './protobuf.ts';

/** `WidevinePsshData`, as far as it is public. */
export interface WidevineData {
  /** 32 hexadecimal digits each. */
  readonly kids: readonly string[];
  readonly provider: string | undefined;
  /** Text where it is printable, else hexadecimal digits. */
  readonly contentId: string | undefined;
  readonly trackType: string | undefined;
  readonly policy: string | undefined;
  /** Four letters: `cenc`, `cbcs`. */
  readonly protectionScheme: string | undefined;
  readonly cryptoPeriodIndex: number | undefined;
  readonly cryptoPeriodSeconds: number | undefined;
  /** `entitlement` and `entitled key`: keys that are wrapped by others. */
  readonly type: 'single' | 'entitlement' | 'entitled key' | undefined;
  /** Hexadecimal digits. */
  readonly groupIds: readonly string[];
  /** Numbers of fields that are not public. */
  readonly otherFields: readonly number[];
  /** What is wrong, as the ends of sentences. */
  readonly faults: readonly string[];
}

/** Numbers of the fields. */
const FIELD = {
  algorithm: 1,
  keyId: 2,
  provider: 3,
  contentId: 4,
  trackType: 5,
  policy: 6,
  cryptoPeriodIndex: 7,
  groupedLicense: 8,
  protectionScheme: 9,
  cryptoPeriodSeconds: 10,
  type: 11,
  keySequence: 12,
  groupIds: 13,
  entitledKeys: 14,
} as const;
const KNOWN = new Set<number>(Object.values(FIELD));
const TYPES = ['single', 'entitlement', 'entitled key'] as const;

/** @throws RangeError where the bytes are no protocol buffer, as the end of a sentence */
export function readWidevine(data: Uint8Array): WidevineData {
  const fields = readProtobuf(data);
  const of = (number: number): ProtobufField['value'][] =>
    fields.filter((field) => field.number === number).map(({ value }) => value);
  const number = (name: number): number | undefined => of(name).find((value) => typeof value === 'number');
  const bytes = (name: number): Uint8Array[] => of(name).filter((value) => typeof value !== 'number');
  const text = (name: number): string | undefined => bytes(name).map(printable)[0];
  const faults: string[] = [];
  const kids = bytes(FIELD.keyId).flatMap((id) => {
    if (id.length === 16) return [toHex(id)];
    faults.push(`has a key id of ${id.length} bytes`);
    return [];
  });
  const entitled = bytes(FIELD.entitledKeys).flatMap(entitledKid);
  const scheme = number(FIELD.protectionScheme);
  const type = number(FIELD.type);
  return {
    kids: [...kids, ...entitled],
    provider: text(FIELD.provider),
    contentId: text(FIELD.contentId),
    trackType: text(FIELD.trackType),
    policy: text(FIELD.policy),
    protectionScheme: scheme === undefined ? undefined : fourLetters(scheme),
    cryptoPeriodIndex: number(FIELD.cryptoPeriodIndex),
    cryptoPeriodSeconds: number(FIELD.cryptoPeriodSeconds),
    type: type === undefined ? undefined : TYPES[type],
    groupIds: bytes(FIELD.groupIds).map(toHex),
    otherFields: [...new Set(fields.map((field) => field.number))].filter((name) => !KNOWN.has(name)),
    faults,
  };
}

/** The id of a key that another one unwraps; the wrapped key itself is nobody's business. */
function entitledKid(message: Uint8Array): string[] {
  return readProtobuf(message).flatMap(({ number, value }) =>
    number === 2 && typeof value !== 'number' && value.length === 16 ? [toHex(value)] : [],
  );
}

function fourLetters(value: number): string {
  if (value === 0) return 'cenc';
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value % 2 ** 32);
  const text = bytes.toString('latin1');
  return /^[\x20-\x7e]{4}$/.test(text) ? text : String(value);
}

function printable(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  return /[\p{Cc}\p{Zl}\p{Zp}\uFFFD]/u.test(text) ? toHex(bytes) : text;
}
