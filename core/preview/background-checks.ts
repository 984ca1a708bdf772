import { PackagerError } from '../base/errors.ts';
import type { Finding, Verification } from '../inspect/findings/finding.ts';
import type { PreviewCheck, PreviewVerdict } from './api.ts';

/** What is found of a title, and of each of its manifests by itself. */
export interface CheckedTitle extends Verification {
  readonly packages: readonly (Verification & { readonly path: string })[];
}

/** A title of the package, and how it is verified. */
export interface TitleCheck {
  /** What it is called, where there are several. */
  readonly name?: string | undefined;
  /** Its manifests, as the package calls them. */
  readonly roots: readonly string[];
  /** @param onProgress told that one more of its tracks was read */
  verify(onProgress: () => void): Promise<CheckedTitle>;
}

/** So many the page lists: whoever has more mends the first ones first. */
const MOST_FINDINGS = 200;

type Outcome = Exclude<PreviewCheck, { state: 'done' | 'none' }> | { state: 'done'; found: CheckedTitle };

/**
 * Verification that goes on while a title plays: one title after the other, so that the player has its share of the machine, and
 * first the one that somebody asks for. It begins when somebody does.
 */
export class BackgroundChecks {
  readonly #titles: readonly TitleCheck[];
  readonly #outcomes = new Map<TitleCheck, Outcome>();
  #wanted: TitleCheck | undefined;
  #isAtWork = false;

  constructor(titles: readonly TitleCheck[]) {
    this.#titles = titles;
  }

  /** How it goes with the title that a manifest is of. */
  of(manifest: string): PreviewCheck {
    const title = this.#titles.find(({ roots }) => roots.includes(manifest));
    if (!title) return { state: 'none' };
    this.#wanted = title;
    if (!this.#isAtWork) void this.#work();
    const outcome = this.#outcomes.get(title) ?? { state: 'waiting' };
    return outcome.state === 'done' ? told(title, outcome.found, manifest) : outcome;
  }

  async #work(): Promise<void> {
    this.#isAtWork = true;
    for (let title = this.#next(); title; title = this.#next()) await this.#verify(title);
    this.#isAtWork = false;
  }

  #next(): TitleCheck | undefined {
    const left = this.#titles.filter((title) => !this.#outcomes.has(title));
    return left.find((title) => title === this.#wanted) ?? left[0];
  }

  async #verify(title: TitleCheck): Promise<void> {
    let tracks = 0;
    this.#outcomes.set(title, { state: 'running', tracks });
    try {
      const found = await title.verify(() => {
        tracks += 1;
        this.#outcomes.set(title, { state: 'running', tracks });
      });
      this.#outcomes.set(title, { state: 'done', found });
    } catch (cause) {
      this.#outcomes.set(title, { state: 'failed', why: PackagerError.from(cause).message });
    }
  }
}

function told({ name }: TitleCheck, found: CheckedTitle, manifest: string): PreviewCheck {
  const own = found.packages.find(({ path }) => path === manifest) ?? found;
  const findings = new Set(own.findings);
  const rest = found.findings.filter((each) => !findings.has(each));
  return {
    state: 'done',
    ...(name !== undefined && { title: name }),
    own: verdict(own, own.findings),
    ...(found.packages.length > 1 && own !== found && { whole: verdict(found, rest) }),
  };
}

const verdict = (of: Verification, findings: readonly Finding[]): PreviewVerdict => ({
  verdict: of.verdict,
  summary: of.summary,
  count: findings.length,
  findings: findings.slice(0, MOST_FINDINGS),
});
