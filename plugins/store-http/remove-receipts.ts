import { inTurns, receiptName } from '../../core/kit.ts';
import type { Origin } from './origin.ts';

/**
 * Before outputs are replaced file by file their receipts go: should the run be killed in the middle, nobody takes what it leaves for
 * what they say. A run that may not replace anything leaves them: outputs that came meanwhile are somebody else's. Where the server
 * removes nothing, one that nobody can read takes its place.
 * @param outputs names directly in the location
 */
export async function removeReceipts(origin: Origin, outputs: readonly string[]): Promise<void> {
  await inTurns(outputs.map(receiptName), async (path) => {
    const stays = (await origin.remove(path)) === 'refused' && (await origin.sizeOf(path)) !== undefined;
    if (stays) await origin.put(path, '');
  });
}
