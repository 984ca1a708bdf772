import type { Facts } from './record.ts';

/** A line for each fact that is not as it was recorded, with the name of its file; empty when all are. */
export function differences(recorded: Facts, now: Facts): string[] {
  const names = [...new Set([...recorded.keys(), ...now.keys()])];
  return names.flatMap((name) => {
    const [before, after] = [recorded.get(name), now.get(name)];
    if (before === after) return [];
    if (before === undefined) return [`${name}: ${after}, not recorded`];
    return [`${name}: ${after ?? 'nothing'}, recorded: ${before}`];
  });
}
