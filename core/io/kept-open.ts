import type { ByteSource } from './byte-source.ts';

/** The same bytes for somebody who closes what was read: it stays open, and who opened it closes it. */
export const keptOpen = (source: ByteSource): ByteSource => ({
  name: source.name,
  size: source.size,
  read: (position, targets) => source.read(position, targets),
  ...(source.readAtOnce && { readAtOnce: source.readAtOnce.bind(source) }),
  close: async () => {},
});
