import { command } from '../commands/command.ts';

/** Bytes of the header without its XML, and where it says how long that is and what the nonce is (plugins/ncg/NCG.md). */
const HEADER = { fixed: 104, xmlLength: 12, nonce: 16, payloadLength: 32 } as const;

/**
 * The payload of an NCG file, decrypted by OpenSSL: AES-128-CTR from IV XOR nonce.
 * @throws Error when it has not as many bytes as the header says
 */
export async function ncgPayloadByOpenssl(
  file: Buffer,
  { key, iv }: { readonly key: string; readonly iv: string },
): Promise<Buffer> {
  const payload = file.subarray(HEADER.fixed + file.readUInt32BE(HEADER.xmlLength));
  const length = Number(file.readBigUInt64BE(HEADER.payloadLength));
  if (payload.length !== length) throw new Error(`${payload.length} bytes of payload, not ${length}`);
  const counter = Buffer.from(iv, 'hex').map((byte, index) => byte ^ (file[HEADER.nonce + index] ?? 0));
  const args = ['enc', '-d', '-aes-128-ctr', '-K', key, '-iv', Buffer.from(counter).toString('hex')];
  return command('openssl', args, { input: payload });
}
