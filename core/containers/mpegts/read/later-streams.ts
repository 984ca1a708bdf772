import { listedPrograms, listedStreams, type Program, type ProgramStream } from './program.ts';
import { SectionReader } from './section-reader.ts';

/** A stream that is listed from a transport packet on. */
export interface LaterStream {
  readonly stream: ProgramStream;
  readonly packet: number;
}

/** PID of the Program Association Table. */
const PAT_PID = 0;
/** A recording over several events has a few; more than these are noise. */
const MOST = 8;

/**
 * Watches the tables of a transport stream for what its program has later on only: streams are read as they are listed at its start. Told of
 * packets by whoever goes through the file anyway; each counts once.
 */
export class LaterStreams {
  #program: Program;
  /** stream_type by PID, as it is listed at the start. */
  readonly #known: ReadonlyMap<number, number>;
  readonly #sections = new SectionReader();
  readonly #found = new Map<number, LaterStream>();
  #last = -1;

  constructor(program: Program, streams: readonly ProgramStream[]) {
    this.#program = program;
    this.#known = new Map(streams.map(({ pid, streamType }) => [pid, streamType]));
  }

  /** By PID, in the order in which they are listed. */
  get found(): readonly LaterStream[] {
    return [...this.#found.values()];
  }

  /** Whether packets of a PID are to be added: they have the tables. */
  wants(pid: number): boolean {
    return pid === PAT_PID || pid === this.#program.pid;
  }

  /** @param packet its number; those in front of the last one were added before */
  add(pid: number, packet: number, bytes: Uint8Array): void {
    if (packet <= this.#last) return;
    this.#last = packet;
    for (const section of this.#sections.add(pid, bytes)) {
      if (pid === PAT_PID) this.#program = this.#follow(listedPrograms(section)) ?? this.#program;
      for (const stream of listedStreams(section, this.#program)) {
        const isNew = this.#known.get(stream.pid) !== stream.streamType && !this.#found.has(stream.pid);
        if (isNew && this.#found.size < MOST) this.#found.set(stream.pid, { stream, packet });
      }
    }
  }

  /** Recordings that were joined may have other numbers: then the first program is the one again. */
  #follow(programs: readonly Program[]): Program | undefined {
    return programs.find(({ number }) => number === this.#program.number) ?? programs[0];
  }
}
