import { type Box, fullBox, u32 } from '../base/box.ts';
import { fromHex, view } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';

/**
 * Protection System Specific Header (ISO/IEC 23001-7, 8.1). Version 0, or version 1 when key ids are given:
 * those are the keys that the box is about, for readers that do not know the system.
 *
 * @param system the system id, in UUID text form
 */
export function pssh(system: string, data: Uint8Array, keyIds?: readonly Uint8Array[]): Box {
  const systemId = fromHex(system.replaceAll('-', ''));
  const listed = keyIds === undefined ? [] : [u32(keyIds.length), ...keyIds];
  return fullBox('pssh', keyIds === undefined ? 0 : 1, 0, systemId, ...listed, u32(data.length), data);
}

/**
 * The system's own data in a `pssh` box of either version.
 * @throws RangeError when the bytes are not exactly one such box
 * @param system what the box has to be of, in UUID text form; not looked at when left out
 */
export function psshData(box: Uint8Array, system?: string): Uint8Array {
  const bytes = view(box);
  const isPssh = bytes.length >= 32 && bytes.readUInt32BE(0) === bytes.length && bytes.readUInt8(8) <= 1;
  if (!isPssh || bytes.toString('latin1', 4, 8) !== 'pssh') throw new RangeError('not a pssh box');
  if (system !== undefined && bytes.toString('hex', 12, 28) !== system.replaceAll('-', '')) {
    throw new RangeError('a pssh box of another system');
  }
  const keyIds = bytes.readUInt8(8) === 1 ? 4 + 16 * bytes.readUInt32BE(28) : 0;
  const start = 28 + keyIds + 4;
  if (start > bytes.length || start + bytes.readUInt32BE(start - 4) !== bytes.length) {
    throw new RangeError('a pssh box that ends too early');
  }
  return box.subarray(start);
}

/** Ids in boxes of systems that have another one in manifests: Marlin. */
const BOX_IDS: Readonly<Record<string, readonly string[]>> = {
  '5e629af5-38da-4063-8977-97ffbd9902d4': ['69f908af-4816-46ea-910c-cd5dcccb0a3a'],
};

/**
 * Look at a box that a key source gives for a system: a header with anything else in its place cannot be read.
 * @throws PackagerError KEY_DOCUMENT when the bytes are not exactly one `pssh` box of that system
 */
export function requirePssh(box: Uint8Array, system: string): void {
  const ids = [system, ...(BOX_IDS[system] ?? [])];
  if (ids.some((id) => isBoxOf(id, box))) return;
  throw fail.keyDocument(
    `its PSSH for ${system} is not a pssh box of that system.`,
    'Let the key source give the whole box, with its size and system id.',
  );
}

function isBoxOf(system: string, box: Uint8Array): boolean {
  try {
    psshData(box, system);
    return true;
  } catch {
    return false;
  }
}

/** The keys that a `pssh` box of version 1 lists; none of version 0. @param box one that `psshData` can read */
export function listedKeyIds(box: Uint8Array): Uint8Array[] {
  const bytes = view(box);
  const count = bytes.readUInt8(8) === 1 ? bytes.readUInt32BE(28) : 0;
  return Array.from({ length: count }, (_, index) => box.subarray(32 + 16 * index, 48 + 16 * index));
}
