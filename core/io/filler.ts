/** Puts bytes into targets, one after the other. */
export function fillerOf(targets: readonly Uint8Array[]): (bytes: Uint8Array) => void {
  let target = 0;
  let filled = 0;
  return (bytes) => {
    for (let from = 0; from < bytes.length; ) {
      const into = targets[target]!;
      const count = Math.min(into.length - filled, bytes.length - from);
      into.set(bytes.subarray(from, from + count), filled);
      from += count;
      filled += count;
      if (filled === into.length) {
        target++;
        filled = 0;
      }
    }
  };
}
