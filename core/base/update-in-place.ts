import { giveBack } from './reused-memory.ts';

/** A cipher or decipher of Node.js. */
interface Updated {
  update(bytes: Uint8Array): Uint8Array;
}

/**
 * Have a cipher encrypt, or a decipher decrypt, bytes where they are. Node.js answers in memory of its own each time: that is freed at once, or the next answer
 * would need new memory until the collector comes by, which costs more than the encryption.
 * @returns the outcome: in the memory of `bytes`, or the cipher's answer where that is longer (it had held something back) or there already
 */
export function updateInPlace(cipher: Updated, bytes: Uint8Array): Uint8Array {
  const answer = cipher.update(bytes);
  const { length } = answer; // it has none once it is given back
  if (length > bytes.length || answer.buffer === bytes.buffer) return answer;
  bytes.set(answer);
  giveBack(answer);
  return bytes.subarray(0, length);
}
