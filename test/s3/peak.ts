import { readFile, writeFile } from 'node:fs/promises';

/** The kernel's own mark of this process, in MB (`VmHWM`). */
export async function memoryPeak(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1000);
}

/** Let it begin at what is used now (proc(5), `clear_refs`). */
export const resetPeak = (): Promise<void> => writeFile('/proc/self/clear_refs', '5');
