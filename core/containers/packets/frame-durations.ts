/** Times of an audio track's samples. */
export interface SoundTimes {
  /** When the first sample is presented, in ticks of its sampling rate. */
  readonly start: number;
  /** Ticks up to the next sample: a frame's own length, and a hole behind it. */
  readonly durations: Float64Array;
}

/** A container's ticks by which a time may be off: it is rounded, and so is what it is counted from. */
const ROUNDING = 1.5;

/**
 * Time sound by its own frames: a container's rounded times decide only where it starts and where there are holes. A frame
 * that is said to be more than half of itself away from where the last one ended is put where it is said to be. One that has the
 * time of the one before says nothing: frames of a block that are laced, and nowhere said how long, share the time of the first
 * (RFC 9559, 10.3).
 * @param ticks presentation times, in ticks of `clock`
 * @param clock ticks a second of the container
 * @param lengths samples of a channel in each frame
 * @param rate samples a second
 */
export function frameDurations(
  ticks: ArrayLike<number>,
  clock: number,
  lengths: ArrayLike<number>,
  rate: number,
): SoundTimes {
  const scale = rate / clock;
  const start = Math.round((ticks[0] ?? 0) * scale);
  const durations = new Float64Array(lengths.length);
  let time = start;
  for (let frame = 0; frame < lengths.length; frame++) {
    const end = time + lengths[frame]!;
    let next = end;
    if (frame + 1 < lengths.length && ticks[frame + 1] !== ticks[frame]) {
      const said = ticks[frame + 1]! * scale;
      const tolerance = Math.max(lengths[frame]! / 2, ROUNDING * scale);
      if (Math.abs(said - end) > tolerance) next = Math.max(time + 1, Math.round(said));
    }
    durations[frame] = next - time;
    time = next;
  }
  return { start, durations };
}
