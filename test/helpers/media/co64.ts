const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);

/**
 * Rewrite an MP4's 32-bit chunk offsets (`stco`) as 64-bit ones (`co64`). ffmpeg writes those only past 4 GiB.
 * The `moov` must follow the `mdat`, so that its growth moves no sample.
 */
export function withCo64(file: Buffer): Buffer {
  const parts: Buffer[] = [];
  let mediaSeen = false;
  for (const { type, box } of boxesIn(file, 0)) {
    if (type === 'mdat') mediaSeen = true;
    if (type === 'moov' && !mediaSeen) throw new Error('moov comes before mdat');
    parts.push(rewrite(type, box));
  }
  return Buffer.concat(parts);
}

function rewrite(type: string, box: Buffer): Buffer {
  if (type === 'stco') return co64(box);
  if (!CONTAINERS.has(type)) return box;
  const content = Buffer.concat([...boxesIn(box, 8)].map((child) => rewrite(child.type, child.box)));
  return withHeader(type, content);
}

/** `stco`: size, type, version and flags, entry count, then 32-bit offsets. */
function co64(stco: Buffer): Buffer {
  const count = stco.readUInt32BE(12);
  const content = Buffer.alloc(8 + 8 * count);
  content.writeUInt32BE(count, 4);
  for (let entry = 0; entry < count; entry++) {
    content.writeBigUInt64BE(BigInt(stco.readUInt32BE(16 + 4 * entry)), 8 + 8 * entry);
  }
  return withHeader('co64', content);
}

function withHeader(type: string, content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + content.length);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, content]);
}

function* boxesIn(bytes: Buffer, start: number): Generator<{ type: string; box: Buffer }> {
  for (let at = start; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    if (size < 8) throw new Error(`box of ${size} bytes at ${at}`);
    yield { type: bytes.toString('latin1', at + 4, at + 8), box: bytes.subarray(at, at + size) };
    at += size;
  }
}
