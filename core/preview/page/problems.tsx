import type { Problem } from './players/player.ts';

/** What a player could not do. */
export function Problems({ problems }: { readonly problems: readonly Problem[] }) {
  return (
    <div class="problems" role="alert">
      {problems.map(({ what, mend, code }) => (
        <div class="problem" key={what}>
          <p class="what">{what}</p>
          {mend && <p>{mend}</p>}
          <p class="code">{code}</p>
        </div>
      ))}
    </div>
  );
}
