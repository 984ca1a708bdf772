/** What is wrong with the packets of a stream, and where it was seen first and last, by number of the transport packet. */
interface Losses {
  gaps: number;
  damaged: number;
  readonly first: number;
  last: number;
}

/** Packets that are missing or damaged, as those that are there tell (ISO/IEC 13818-1, 2.4.3.3). What is read again is not counted again. */
export class PacketLosses {
  readonly #streams = new Map<number, Losses>();

  /**
   * @param packet number of the transport packet
   * @param found `isGap`: continuity_counter did not go on there; `isDamaged`: its transport_error_indicator is set
   */
  note(pid: number, packet: number, found: { readonly isGap: boolean; readonly isDamaged: boolean }): void {
    const known = this.#streams.get(pid);
    if (known && packet <= known.last) return;
    const losses = known ?? { gaps: 0, damaged: 0, first: packet, last: packet };
    losses.last = packet;
    if (found.isGap) losses.gaps += 1;
    if (found.isDamaged) losses.damaged += 1;
    this.#streams.set(pid, losses);
  }

  /**
   * A sentence for each kind and stream.
   * @param joints where the clock jumps: at so many places recordings were joined, and nothing is missing
   * @param byteOf where a packet is in its file
   */
  sentences(joints: number, byteOf: (packet: number) => number): string[] {
    return [...this.#streams].flatMap(([pid, { gaps, damaged, first }]) => {
      const from = `of the stream with PID ${pid}, from byte ${byteOf(first)} on`;
      const missing = `packets ${from}, are missing in ${times(gaps - joints)}, or recordings were joined there.`;
      return [
        ...(gaps > joints ? [missing] : []),
        ...(damaged > 0 ? [`packets ${from}, are damaged, as whoever received them says (${damaged}).`] : []),
      ];
    });
  }
}

const times = (count: number): string => (count === 1 ? 'one place' : `${count} places`);
