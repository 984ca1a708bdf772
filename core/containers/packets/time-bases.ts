import type { Packet } from './packet.ts';

/** How the clock of a container behaves. */
export interface ClockRules {
  /** Seconds after which its time stamps start again from 0; `Infinity`: never. */
  readonly wrap: number;
  /**
   * Its time stamps count from a clock that may be set at any time, as in MPEG-TS: a long way forward is that, and not a
   * time in which there is nothing. False where they are times of the title, as in Matroska.
   */
  readonly isSettable: boolean;
}

/** A place where the clock of a file was set. */
export interface ClockJump {
  /** Seconds of the file's clock: what was due, and what came. */
  readonly from: number;
  readonly to: number;
}

/** Samples of a track from `sample` on are of this time base; `turn` seconds make its unwrapped times those of all tracks. */
export interface BaseRun {
  readonly sample: number;
  readonly base: number;
  readonly turn: number;
}

/** Decode times ascend: one that lies this far before the last one was set back. */
const BACK = 0.05;
/** Nothing pauses for longer: the clock was set forward. As in ffmpeg, whose dts_delta_threshold it is. */
const FORWARD = 10;
/** The same, where the container says that the clock is a new one: it may as well be said where nothing changes. */
const SAID_FORWARD = 1;
/** No encoder moves a picture that far back among those decoded before it. */
const REORDER = 2;
/** Pictures without decode times that ascend this often are taken to be in the order of decoding. */
const ASCENDING = 64;
/** A time that is this far from what was due may be the first of a new base whose jump another track has yet to show. */
const NOTABLE = 0.02;
/** And this many seconds of the track ago. */
const RECENT = 2;
/** Packets of the old base do not come for longer than this after the first of the new one: multiplexers hold back less. */
const LONGEST_OVERLAP = 5;
/** Seconds that are more than an early or a late packet; and as many holes as are remembered. */
const [HOLE, MOST_HOLES] = [0.25, 1000];
/** Seconds of a picture where nothing else is known, and the most that count as usual. */
const [USUAL_STEP, MOST_STEP] = [0.04, 1];

interface TimeBase {
  /** Seconds from what was due to what came, all jumps up to this base together. */
  readonly offset: number;
  /** When it begins, and the latest time that any track has reached in it. */
  readonly start: number;
  latest: number;
  /** Its times go on from those of another base exactly: nothing is lost between them. */
  continues: { readonly base: number; readonly offset: number } | undefined;
}

/**
 * The time bases of a file, one after the other: found while all its tracks are read side by side, in the order of the file.
 *
 * The streams of a program share one clock. Where it is set, every one of them jumps, and by the same time; but their
 * packets lie between each other, so that some of the old base may follow the first of the new one. So whichever track
 * jumps first begins a base for all, and each of the others enters it with its first packet that is nearer to what would be
 * due there than to what would be due without; at the latest with the packet that lies behind 5 s of the new base. A jump is
 * a decode time that goes back, or forward by more than 10 s; with a discontinuity_indicator beside the PCR, by more than
 * 1 s. Shorter pauses are pauses: something was not received, or not sent. So is a long one that other tracks, or the PCR,
 * go through: slides, or sound that is silent for a while.
 */
export class TimeBases {
  readonly rules: ClockRules;
  readonly jumps: ClockJump[] = [];
  readonly bases: TimeBase[] = [
    { offset: 0, start: 0, latest: Number.NEGATIVE_INFINITY, continues: undefined },
  ];
  /** A time that is set back to where nothing was before: packets are not in the order of their times. */
  disorder: ClockJump | undefined;
  /** Times in which a track has nothing; what is before the first packet of the file is one of them. */
  readonly #holes: ClockJump[] = [];
  readonly #tracks: TrackBases[] = [];

  constructor(rules: ClockRules) {
    this.rules = rules;
  }

  /** @param isOrdered packets are presented in the order of decoding, as sound is */
  addTrack(isOrdered: boolean): TrackBases {
    const track = new TrackBases(this, isOrdered);
    this.#tracks.push(track);
    return track;
  }

  get last(): number {
    return this.bases.length - 1;
  }

  /** Of all times that this may mean on a clock that wraps, the one nearest to 0. */
  nearZero(seconds: number): number {
    const { wrap } = this.rules;
    return Number.isFinite(wrap) ? seconds - wrap * Math.round(seconds / wrap) : seconds;
  }

  /** A time as the file states it. */
  shown(seconds: number): number {
    const { wrap } = this.rules;
    return Number.isFinite(wrap) ? seconds - wrap * Math.floor(seconds / wrap) : seconds;
  }

  addHole(from: number, to: number): void {
    if (!this.rules.isSettable && this.#holes.length < MOST_HOLES) this.#holes.push({ from, to });
  }

  /** Begin a base. Tracks that have entered it already, by less than shows by itself, are told. */
  begin(first: TrackBases, offset: number, jump: ClockJump): void {
    const before = this.last;
    const { to } = jump;
    if (this.#holes.some((hole) => to > hole.from && to < hole.to)) this.disorder ??= jump;
    this.bases.push({
      offset: this.bases[before]!.offset + offset,
      start: jump.to,
      latest: jump.to,
      continues: undefined,
    });
    this.jumps.push(jump);
    for (const track of this.#tracks) if (track !== first) track.noteBase(offset);
  }
}

/** A time that was not what was due. */
interface Surprise {
  readonly sample: number;
  readonly offset: number;
  readonly time: number;
}

/** The time bases of one track's samples. */
export class TrackBases {
  readonly runs: BaseRun[] = [];
  readonly #all: TimeBases;
  readonly #isOrdered: boolean;
  #hasDecodeTimes = false;
  /** Of the run: its first presentation time, pauses taken out, the greatest one, the number of packets, and how many went up in a row. */
  #first = 0;
  #greatest = 0;
  #count = 0;
  #ascending = 0;
  /** Decode time of the last packet, and what the usual one lasts. */
  #last = 0;
  #step = 0;
  #lastStep = 0;
  #longestStep = 0;
  #surprise: Surprise | undefined;
  /** The number of the next sample, now and when the last base was begun by another track. */
  #next = 0;
  #boundary = 0;

  constructor(all: TimeBases, isOrdered: boolean) {
    this.#all = all;
    this.#isOrdered = isOrdered;
  }

  /** The base of the last packet. */
  get base(): number {
    return this.runs.at(-1)?.base ?? 0;
  }

  /**
   * Take the next packet.
   * @param sample the number of the next sample of the track
   * @param isSync decoding can start at it, so that all pictures before it are presented before it
   * @returns seconds from what was due, when the packet is the first of its time base but for the very first; else `undefined`
   */
  place(packet: Packet, sample: number, isSync: boolean): number | undefined {
    this.#next = sample + 1;
    this.#hasDecodeTimes ||= packet.decodeSeconds !== undefined;
    const isTimed = this.#isOrdered || this.#hasDecodeTimes || this.#ascending >= ASCENDING;
    const time = isTimed ? (packet.decodeSeconds ?? packet.seconds) : packet.seconds;
    if (this.runs.length === 0) {
      if (this.#all.bases[0]!.latest === Number.NEGATIVE_INFINITY)
        this.#all.addHole(Number.NEGATIVE_INFINITY, time - HOLE);
      this.#enter(this.#all.last, sample, packet, time);
      return undefined;
    }
    const due = isTimed ? this.#last + this.#step : this.#greatest + this.#averageStep();
    const offset = time - due;
    const { last, bases } = this.#all;
    const jump = bases[last]!.offset - bases[this.base]!.offset;
    const isBack = isTimed
      ? time < this.#last - BACK && packet.seconds < this.#greatest
      : packet.seconds < this.#greatest - (isSync ? BACK : REORDER);
    const isJump = isBack || this.#isForward(packet, offset, time);
    const mayEnter = this.base < last && Math.abs(this.#all.nearZero(time - bases[last]!.latest)) <= FORWARD;
    const isNearer = Math.abs(this.#all.nearZero(offset - jump)) <= Math.abs(offset);
    if (mayEnter && (isJump || isNearer)) {
      this.#enter(last, sample, packet, time);
      return offset;
    }
    if (isJump) {
      const { turn } = this.runs.at(-1)!;
      this.#all.begin(this, offset - jump, { from: due + turn, to: time + turn });
      this.#enter(last + 1, sample, packet, time);
      return offset;
    }
    if (this.base < last && bases[last]!.latest - bases[last]!.start > LONGEST_OVERLAP)
      this.#enterAt(this.#boundary);
    this.#goOn(packet, sample, time, offset);
    return undefined;
  }

  /** After `place` has told of a new base: nothing is lost before it, and its times go on where those before it end. */
  continueAfter(base: number, offset: number): void {
    this.#all.bases[this.base]!.continues ??= { base, offset };
  }

  /** The samples with which its times begin anew. */
  joints(): number[] {
    return this.runs.flatMap(({ sample, base }) => (this.#all.bases[base]!.continues ? [] : sample));
  }

  /** Another track has just begun a base of this offset: perhaps packets of this one are in it already. */
  noteBase(offset: number): void {
    this.#boundary = this.#next;
    const found = this.#surprise;
    if (!found || this.base !== this.#all.last - 1 || this.#last - found.time > RECENT) return;
    if (Math.abs(this.#all.nearZero(found.offset - offset)) < Math.abs(found.offset))
      this.#enterAt(found.sample);
  }

  /** Enter the last base with a sample that was taken before. */
  #enterAt(sample: number): void {
    this.runs.push({ sample, base: this.#all.last, turn: this.runs.at(-1)!.turn });
    this.#surprise = undefined;
  }

  #isForward({ isNewTimeBase, clockSeconds = 0 }: Packet, offset: number, time: number): boolean {
    if (!this.#all.rules.isSettable || offset <= (isNewTimeBase ? SAID_FORWARD : FORWARD)) return false;
    if (isNewTimeBase) return true;
    // What has paused as long before may do so again: slides without sound.
    if (this.#count === 1 || time - this.#last <= this.#longestStep + FORWARD) return false;
    const { latest } = this.#all.bases[this.base]!;
    return time + this.runs.at(-1)!.turn > latest + FORWARD && clockSeconds < offset / 2;
  }

  #enter(base: number, sample: number, packet: Packet, time: number): void {
    const { latest } = this.#all.bases[base]!;
    const turn = Number.isFinite(latest) ? latest - time - this.#all.nearZero(latest - time) : 0;
    this.runs.push({ sample, base, turn });
    this.#first = packet.seconds;
    this.#greatest = packet.seconds;
    this.#count = 1;
    this.#ascending = 0;
    this.#surprise = undefined;
    this.#reach(time);
  }

  #goOn(packet: Packet, sample: number, time: number, offset: number): void {
    const step = time - this.#last;
    if (offset > HOLE)
      this.#all.addHole(Math.max(this.#last, time - offset - NOTABLE / 2) + NOTABLE / 2, time);
    const pause = packet.seconds - this.#greatest;
    if (pause > MOST_STEP) this.#first += pause;
    if (Math.abs(offset) > NOTABLE) this.#surprise = { sample, offset, time };
    if (step > 0 && step < MOST_STEP && Math.abs(step - this.#lastStep) <= NOTABLE) this.#step = step;
    this.#lastStep = step;
    this.#longestStep = Math.max(this.#longestStep, step);
    this.#ascending = packet.seconds > this.#greatest ? this.#ascending + 1 : 0;
    this.#greatest = Math.max(this.#greatest, packet.seconds);
    this.#count++;
    this.#reach(time);
  }

  #reach(time: number): void {
    this.#last = time;
    const base = this.#all.bases[this.base]!;
    base.latest = Math.max(base.latest, time + this.runs.at(-1)!.turn);
  }

  #averageStep(): number {
    return this.#count > 1 ? (this.#greatest - this.#first) / (this.#count - 1) : USUAL_STEP;
  }
}
