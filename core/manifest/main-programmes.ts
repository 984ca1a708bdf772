import { isAuxiliary } from '../media/roles.ts';
import type { SwitchingSet } from '../title/switching-sets.ts';
import type { DashRendition } from './representation.ts';

type DashSet = SwitchingSet<DashRendition>;

/**
 * What players start with, a programme of each kind in all its codecs, ranges and loudspeakers: what is not the main one they leave
 * out before they ask what they can play (DASH-IF IOP, content selection). It is the default, which playlists too tell players to start
 * with; else what says that it is the main one; else the first that is for everyone, but of text none.
 * @returns values of `SwitchingSet.programme`
 */
export function mainProgrammes(sets: readonly DashSet[]): ReadonlySet<string> {
  const kinds = [...new Set(sets.map(({ kind }) => kind))];
  return new Set(
    kinds
      .flatMap((kind) => mainSets(sets.filter((set) => set.kind === kind)))
      .map(({ programme }) => programme),
  );
}

function mainSets(own: readonly DashSet[]): readonly DashSet[] {
  const chosen = own.filter(({ members }) => members.some(({ track }) => track.isDefault));
  if (chosen.length > 0) return chosen;
  const said = own.filter(({ members }) => members.some(({ track }) => track.roles?.includes('main')));
  if (said.length > 0 || own[0]?.kind === 'text') return said;
  const first = own.find(({ members }) => !isAuxiliary(members[0].track)) ?? own[0];
  return first ? [first] : [];
}
