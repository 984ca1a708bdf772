import { type Box, createFile, type ISOFile, MP4BoxBuffer } from 'mp4box';

/** Parse whole boxes with mp4box: the independent reader of everything that we write. */
export function parseBoxes(bytes: Uint8Array): ISOFile {
  const file = createFile();
  const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(copy, 0));
  file.flush();
  return file;
}

/** All boxes of a type below a box or a file, in file order. */
export function findBoxes(from: ISOFile | Box, type: string): Record<string, unknown>[] {
  const { boxes = [], entries = [] } = from as { boxes?: Box[]; entries?: (Box | undefined)[] };
  // `stsd` keeps its sample entries beside its boxes; other tables' entries are no boxes.
  const children = [...new Set([...boxes, ...entries])].filter(
    (child): child is Box => !!child && 'type' in child,
  );
  return children.flatMap((child) => [
    ...(child.type === type ? [child as unknown as Record<string, unknown>] : []),
    ...findBoxes(child, type),
  ]);
}

/** The one box of a type; throws when there is none. */
export function findBox(from: ISOFile | Box, type: string): Record<string, unknown> {
  const [found] = findBoxes(from, type);
  if (!found) throw new Error(`no ${type} box`);
  return found;
}
