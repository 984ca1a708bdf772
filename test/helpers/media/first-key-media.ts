/** A file whose list of key frames begins with the second one. */
export function withoutFirstKey(source: Buffer): Buffer {
  const file = Buffer.from(source);
  const count = file.indexOf('stss') + 8;
  const entries = file.readUInt32BE(count);
  file.writeUInt32BE(entries - 1, count);
  file.copy(file, count + 4, count + 8, count + 4 + 4 * entries);
  return file;
}
