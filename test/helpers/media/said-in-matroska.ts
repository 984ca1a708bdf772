import { elements } from '../../../core/containers/matroska/ebml.ts';
import { ebml } from './packed-matroska.ts';

const [EBML, SEGMENT, TRACKS, TRACK_ENTRY] = [0x1a45dfa3, 0x18538067, 0x1654ae6b, 0xae];
const [SEEK_HEAD, CUES, CRC_32, VOID] = [0x114d9b74, 0x1c53bb6b, 0xbf, 0xec];
const [BLOCK_ADDITION_MAPPING, BLOCK_ADD_ID_TYPE, BLOCK_ADD_ID_EXTRA_DATA] = [0x41e4, 0x41e7, 0x41ed];

/** A Matroska file of ffmpeg whose track entries say more. @param more of each track, in their order */
export function sayingMore(file: Uint8Array, more: readonly (readonly Uint8Array[])[]): Buffer {
  let count = 0;
  return tracksChanged(file, (data) => ebml(TRACK_ENTRY, data, ...(more[count++] ?? [])));
}

/** The same, with elements in front of all others in a child of each track entry, or in a child of that. */
export const sayingMoreIn = (file: Uint8Array, path: readonly number[], ...more: readonly Uint8Array[]) =>
  tracksChanged(file, (data) => ebml(TRACK_ENTRY, inChild(data, path, more)));

function inChild(data: Uint8Array, [id, ...path]: readonly number[], more: readonly Uint8Array[]): Buffer {
  if (id === undefined) return Buffer.concat([...more, data]);
  return Buffer.concat(
    [...elements(data)].map((child) =>
      ebml(child.id, child.id === id ? inChild(child.data, path, more) : child.data),
    ),
  );
}

function tracksChanged(file: Uint8Array, change: (entry: Uint8Array) => Uint8Array): Buffer {
  const [head, segment] = [...elements(file)];
  if (head?.id !== EBML) throw new Error('it is no Matroska');
  // Places in the file are no longer true, nor are sums.
  const parts = [...elements(segment!.data)].filter(({ id }) => ![SEEK_HEAD, CUES, VOID].includes(id));
  const content = parts.map(({ id, data }) => {
    if (id !== TRACKS) return ebml(id, data);
    const entries = [...elements(data)].filter((child) => child.id !== CRC_32);
    return ebml(id, ...entries.map((child) => change(child.data)));
  });
  return Buffer.concat([ebml(EBML, head.data), ebml(SEGMENT, ...content)]);
}

/** A BlockAdditionMapping. @param type the name of a box, or a number */
export function addition(type: string | number, extra: Uint8Array): Buffer {
  const id = Buffer.alloc(4);
  if (typeof type === 'string') id.write(type, 'latin1');
  else id.writeUInt32BE(type);
  return ebml(BLOCK_ADDITION_MAPPING, ebml(BLOCK_ADD_ID_TYPE, id), ebml(BLOCK_ADD_ID_EXTRA_DATA, extra));
}
