import { ContentKey, ContentKeySet, type Plugin } from '../../../core/index.ts';

/** The key of a crypto period: its id and its bytes say whose it is. */
export const keyOfPeriod = (period: number): ContentKey =>
  new ContentKey({
    id: new Uint8Array(16).fill(0x21 + period),
    key: new Uint8Array(16).fill(0xa1 + period),
    iv: new Uint8Array(16).fill(0x41 + period),
  });

/** A key source with a key for each crypto period, for the label `ALL`. */
export const periodKeys = (): Plugin => ({
  name: 'key-periods',
  apply: ({ hooks }) =>
    hooks.acquireKey.tap(
      'key-periods',
      () => new ContentKeySet(({ label, period }) => (label === 'ALL' ? keyOfPeriod(period) : undefined)),
    ),
});
