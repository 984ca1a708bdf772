import { createHash } from 'node:crypto';
import type { Plugin } from '../../../core/index.ts';
import { keyManual } from '../../../plugins/index.ts';
import type { VerifyKey } from '../verify/verify-package.ts';

/** A key of a title, in hexadecimal, and what it is for. */
export interface TitleKey extends VerifyKey {
  readonly label: string;
  /** Crypto period, from 0. */
  readonly period: number;
}

/** The key of a label in a crypto period: no two have an id, a key or an IV in common. */
export function titleKey(label: string, period: number): TitleKey {
  const part = (name: string): string =>
    createHash('sha256').update(`${name} of ${label} in ${period}`).digest('hex').slice(0, 32);
  return { label, period, keyId: part('id'), key: part('key'), iv: part('iv') };
}

const keyOptions = (label: string, period: number) => {
  const { keyId, key, iv } = titleKey(label, period);
  return { keyId, key, iv };
};

/** What a config gives for labels of so many crypto periods. */
export const titleKeySource = (labels: readonly string[], periods: number): Plugin =>
  keyManual({
    keys: Object.fromEntries(
      labels.map((label) => [label, Array.from({ length: periods }, (_, n) => keyOptions(label, n))]),
    ),
  });
