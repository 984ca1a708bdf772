import { PackagerError } from '../base/errors.ts';
import type { Verification } from '../inspect/findings/finding.ts';
import type { PreviewCheck } from './api.ts';

/** Verifies the package. @param onProgress told that one more of its tracks was read */
export type Verify = (onProgress: () => void) => Promise<Verification>;

/** So many the page lists: whoever has more mends the first ones first. */
const MOST_FINDINGS = 200;

/** Verification that goes on while the package plays; it begins when somebody first asks how it goes. */
export class BackgroundCheck {
  readonly #verify: Verify | undefined;
  #state: PreviewCheck | undefined;

  constructor(verify: Verify | undefined) {
    this.#verify = verify;
  }

  /** How it goes. */
  get state(): PreviewCheck {
    if (!this.#state && this.#verify) void this.#run(this.#verify);
    return this.#state ?? { state: 'none' };
  }

  async #run(verify: Verify): Promise<void> {
    let tracks = 0;
    this.#state = { state: 'running', tracks };
    try {
      const { verdict, summary, findings } = await verify(() => {
        tracks += 1;
        this.#state = { state: 'running', tracks };
      });
      this.#state = {
        state: 'done',
        verdict,
        summary,
        count: findings.length,
        findings: findings.slice(0, MOST_FINDINGS),
      };
    } catch (cause) {
      this.#state = { state: 'failed', why: PackagerError.from(cause).message };
    }
  }
}
