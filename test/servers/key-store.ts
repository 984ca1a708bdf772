import { createHash } from 'node:crypto';

/** A key that the server has handed out. */
export interface IssuedKey {
  readonly contentId: string;
  /** The track type of the usage rule; `ALL` without rules, then `ALL-1`, `ALL-2`, … */
  readonly label: string;
  /** The index of the crypto period; 0 where none was asked for. */
  readonly period: number;
  /** As a lower-case UUID, as answered. */
  readonly kid: string;
  /** 16 bytes. */
  readonly key: Buffer;
  /** `explicitIV`, 16 bytes. */
  readonly iv: Buffer;
  /** The 32 bytes of the NCG content encryption key. */
  readonly cek: Buffer;
}

/** PallyCon's video-on-demand answers all carry this IV. */
const PALLYCON_IV = Buffer.from('0123456789abcdef');

/** The key of a content, label and crypto period: always the same, so that tests can ask twice and another process can, too. */
export function issueKey(
  contentId: string,
  { label, period }: Pick<IssuedKey, 'label' | 'period'>,
  kid: string | undefined,
  fixedIv: boolean,
): IssuedKey {
  const place = period === 0 ? label : `${label}/${period}`;
  const derive = (purpose: string): Buffer =>
    createHash('sha256').update(`sealpack test server\n${contentId}\n${place}\n${purpose}`).digest();
  return {
    contentId,
    label,
    period,
    kid: kid ?? uuidOf(derive('kid')),
    key: derive('key').subarray(0, 16),
    iv: fixedIv ? PALLYCON_IV : derive('iv').subarray(0, 16),
    cek: derive('cek'),
  };
}

/** UUID text of 16 bytes. */
export const uuidOf = (bytes: Buffer): string =>
  bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
