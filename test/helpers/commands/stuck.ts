import { treeCpuSeconds } from './process-tree.ts';

/**
 * When a process counts as stuck. No limit on the clock alone could tell a hang from a busy machine, so two of three look at
 * processor time, which a busy machine gives later, but does not use up.
 */
export interface StuckLimits {
  /** It has used so many seconds of processor time without a sign of progress: it loops. */
  readonly busySeconds: number;
  /** It has used next to none for so many seconds of real time: it waits for what does not come. */
  readonly idleSeconds: number;
  /** No sign of progress for so many seconds of real time, whatever it does. */
  readonly silentSeconds: number;
}

/** What one look sees: real time and used processor time, in seconds; the latter where the system tells. */
export interface Look {
  readonly clock: number;
  readonly cpu: number | undefined;
}

/** Less than this over all that time is idling: a heartbeat, a poll, a helper that is asked whether it still lives. */
const IDLE_SHARE = 0.01;

/** Judges from looks, taken now and then, whether a process still gets anywhere. */
export class StuckJudge {
  readonly #limits: StuckLimits;
  #atSign: Look;
  /** The last looks, the first of which is older than `idleSeconds` as soon as there is such a one. */
  #looks: Look[];

  constructor(limits: StuckLimits, first: Look) {
    this.#limits = limits;
    this.#atSign = first;
    this.#looks = [first];
  }

  /** It has printed something, or given another sign of life. */
  progressed(): void {
    const last = this.#looks.at(-1) ?? this.#atSign;
    this.#atSign = last;
    this.#looks = [last];
  }

  /** What is wrong, as the end of a sentence; `undefined`: nothing. */
  judge(look: Look): string | undefined {
    const { busySeconds, idleSeconds, silentSeconds } = this.#limits;
    const looks = this.#looks;
    looks.push(look);
    while (looks[1] && look.clock - looks[1].clock > idleSeconds) looks.shift();
    const busy = (look.cpu ?? 0) - (this.#atSign.cpu ?? 0);
    if (busy > busySeconds) return `used ${Math.round(busy)} s of processor time without a sign of progress`;
    const [before = look] = looks;
    const seconds = look.clock - before.clock;
    const isIdle = look.cpu !== undefined && look.cpu - (before.cpu ?? 0) < IDLE_SHARE * seconds;
    if (seconds > idleSeconds && isIdle) return `did next to nothing for ${Math.round(seconds)} s`;
    const silent = look.clock - this.#atSign.clock;
    if (silent > silentSeconds) return `gave no sign of progress for ${Math.round(silent)} s`;
    return undefined;
  }
}

const LOOK_EVERY_SECONDS = 5;

/** Looks after one process and all below it until `stop`. */
export interface Watch {
  progressed(): void;
  stop(): void;
}

/** Watch a process: `onStuck` is called once, with the reason, when it gets nowhere. */
export function watchProcess(pid: number, limits: StuckLimits, onStuck: (why: string) => void): Watch {
  const look = (): Look => ({ clock: performance.now() / 1000, cpu: treeCpuSeconds(pid) });
  const judge = new StuckJudge(limits, look());
  const timer = setInterval(() => {
    const why = judge.judge(look());
    if (why === undefined) return;
    clearInterval(timer);
    onStuck(why);
  }, LOOK_EVERY_SECONDS * 1000);
  timer.unref();
  return { progressed: () => judge.progressed(), stop: () => clearInterval(timer) };
}
