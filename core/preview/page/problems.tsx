import type { Problem } from './players/player.ts';

interface ProblemsProps {
  readonly problems: readonly Problem[];
  /** What the page itself could not do. */
  readonly fault: string | undefined;
}

/** What could not be done, in plain words. */
export function Problems({ problems, fault }: ProblemsProps) {
  const all: Problem[] = [...problems];
  if (fault !== undefined) all.unshift({ what: fault, code: 'preview' });
  return (
    <div class="problems" role="alert">
      {all.map(({ what, mend, code }) => (
        <div class="problem" key={what}>
          <p class="what">{what}</p>
          {mend && <p>{mend}</p>}
          <p class="code">{code}</p>
        </div>
      ))}
    </div>
  );
}
