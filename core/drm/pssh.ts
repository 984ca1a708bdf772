import { fromHex } from '../bytes.ts';
import { type Box, fullBox, u32 } from '../mp4/box.ts';

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
