import type { TransportFactCode } from './facts.ts';
import { PID } from './packets.ts';
import { type Program, readAssociation, readProgram, SectionReader } from './tables.ts';

/** Told of what is wrong: in which packet, and of which PID. */
export type ReportPacket = (
  code: TransportFactCode,
  at: number,
  pid: number | undefined,
  message: string,
) => void;

/** Follows PAT and PMT of the first program of a transport stream. */
export class ProgramReader {
  /** As it is in force. */
  program: Program | undefined;
  /** PID of its table; -1: no PAT has said it. */
  tablePid = -1;
  readonly #association = new SectionReader();
  #table = new SectionReader();

  /** Whether packets of a PID are for it. */
  wants(pid: number): boolean {
    return pid === PID.pat || pid === this.tablePid;
  }

  /** Take a packet that it wants. @returns whether it brought a whole Program Map Table */
  push(bytes: Uint8Array, at: number, pid: number, report: ReportPacket): boolean {
    const reader = pid === PID.pat ? this.#association : this.#table;
    const name = pid === PID.pat ? 'Program Association Table' : 'Program Map Table';
    let isWhole = false;
    try {
      for (const section of reader.push(bytes, at)) {
        if (pid === PID.pat) this.#associate(section, at, report);
        else if (this.#follow(section, at, report)) isWhole = true;
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      report('TABLE_DAMAGED', at, pid, `A ${name} cannot be used: ${error.message}.`);
    }
    return isWhole;
  }

  #associate(section: Uint8Array, at: number, report: ReportPacket): void {
    const pids = readAssociation(section);
    const [first] = pids ?? [];
    if (pids && pids.length > 1)
      report(
        'PROGRAMS_SEVERAL',
        at,
        PID.pat,
        `The stream has ${pids.length} programs; players of HLS expect one.`,
      );
    if (first === undefined || first === this.tablePid) return;
    this.tablePid = first;
    this.#table = new SectionReader();
  }

  #follow(section: Uint8Array, at: number, report: ReportPacket): boolean {
    const program = readProgram(section);
    if (!program) return false;
    const last = this.program;
    if (last && last.version === program.version && Buffer.compare(last.section, section) !== 0) {
      report(
        'VERSION_UNCHANGED',
        at,
        this.tablePid,
        `The Program Map Table changes, and version_number stays ${program.version}: players may not notice.`,
      );
    }
    this.program = program;
    return true;
  }
}
