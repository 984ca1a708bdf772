import { type StreamKind, streamKind } from './stream-types.ts';
import type { Program, ProgramStream } from './tables.ts';

/** Which stream of a program a reader is of: that of its PID, or where PIDs change, the one of its kind at its place. */
export class StreamChoice {
  /** As the program in force says it. */
  stream: ProgramStream;
  readonly #kind: StreamKind['kind'];
  readonly #codec: StreamKind['codec'];
  readonly #place: number;

  constructor(program: Program, stream: ProgramStream) {
    const { kind, codec } = streamKind(stream);
    this.stream = stream;
    this.#kind = kind;
    this.#codec = codec;
    this.#place = this.#alike(program).indexOf(stream);
  }

  choose(program: Program): ProgramStream | undefined {
    const alike = this.#alike(program);
    return alike.find(({ pid }) => pid === this.stream.pid) ?? alike[this.#place];
  }

  #alike(program: Program): ProgramStream[] {
    return program.streams.filter((stream) => {
      const { kind, codec } = streamKind(stream);
      return kind === this.#kind && codec === this.#codec;
    });
  }
}
