import { type ContentKey, fail, type Run } from '../../core/index.ts';
import { type ByteSource, concat, type OutputFile, overlap } from '../../core/kit.ts';
import { createNcgDecryptor, createNcgProtector } from './cipher.ts';
import { type NcgLabels, ncgFields } from './fields.ts';
import { type NcgHeader, parseNcgHeader, readNcgHeader } from './header.ts';

const CHUNK = 2 ** 20;
const KEY_BYTES = 16;

/**
 * Append the clear payload of an NCG file to `output`. Neither source nor output is closed.
 * @throws PackagerError INPUT_NOT_READABLE for a file that is not whole, INVALID_KEY for the wrong key; then nothing
 * was written
 */
export async function decryptNcgFile(
  source: ByteSource,
  key: ContentKey,
  output: OutputFile,
): Promise<NcgHeader> {
  const header = await readNcgHeader(source);
  const { headerBytes, payloadBytes } = header;
  const decryptor = createNcgDecryptor(header, key);
  await overlap(
    Math.ceil(payloadBytes / CHUNK),
    async (index) => {
      const bytes = new Uint8Array(Math.min(CHUNK, payloadBytes - index * CHUNK));
      await source.read(headerBytes + index * CHUNK, [bytes]);
      return bytes;
    },
    (bytes, index) => {
      const clear = decryptor.decryptRange(index * CHUNK, bytes);
      return { write: () => output.append([clear]) };
    },
  );
  return header;
}

/** The 16 bytes of a content key as a small NCG file, encrypted under that key and its IV: `key.ncg` of HLS-NCG. */
export function wrapKey(key: ContentKey, labels: NcgLabels, run: Run): Uint8Array {
  const nonce = run.random('key.ncg/nonce', 16);
  const fields = ncgFields(labels, key.uuid, run);
  const file = createNcgProtector({ fields, key, nonce, payloadBytes: KEY_BYTES }).protectResource!(0);
  return concat([file.header!, file.update(key.reveal()), file.final()]);
}

/**
 * The content key in a `key.ncg`.
 * @throws PackagerError INPUT_NOT_READABLE when it is not one, INVALID_KEY for the wrong key
 */
export function unwrapKey(bytes: Uint8Array, key: ContentKey, name: string): Uint8Array {
  const header = parseNcgHeader(bytes, name);
  const payload = bytes.subarray(header.headerBytes);
  if (header.payloadBytes !== KEY_BYTES || payload.length !== KEY_BYTES) {
    throw fail.inputNotReadable(name, 'it does not hold a key of 16 bytes.');
  }
  return createNcgDecryptor(header, key).decryptRange(0, payload);
}
