import type { PackageCopy } from './copy.ts';
import type { Damage } from './damage.ts';

/** Keys that no key source has: manifest and media agree, and the key sources of the title tell. */
export const KEY_DAMAGES: readonly Damage[] = [
  {
    what: 'a key of a crypto period that no key source has',
    of: 'hls-rotated',
    codes: ['KEY_UNKNOWN'],
    beside: true,
    damage: (copy) => rename(copy, '707172737475767778797a7b7c7d7e7f'),
  },
  {
    what: 'a key of pictures that no key source has, in MPEG-TS',
    of: 'hls-ts',
    codes: ['KEY_UNKNOWN'],
    beside: true,
    damage: (copy) => rename(copy, '101112131415161718191a1b1c1d1e1f'),
  },
  {
    what: 'a key of sound that no key source has, of files that are encrypted whole',
    of: 'hls-aes-128',
    codes: ['KEY_UNKNOWN'],
    beside: true,
    damage: (copy) => {
      rename(copy, '202122232425262728292a2b2c2d2e2f');
      copy.rename(copy.file(/key-2021.*ncg$/), `key-${OTHER}.ncg`);
    },
  },
];

const OTHER = 'deadbeefdeadbeefdeadbeefdeadbeef';

/** Give a key another id wherever it stands. */
function rename(copy: PackageCopy, kid: string): void {
  const [from, to] = [kid, OTHER].map((hex) => Buffer.from(hex, 'hex').toString('latin1'));
  for (const path of copy.files(/\.(m3u8|mp4)$/)) {
    const before = copy.bytes(path).toString('latin1');
    const after = before.replaceAll(kid, OTHER).replaceAll(from!, to!);
    if (after !== before) copy.write(path, Buffer.from(after, 'latin1'));
  }
}
