import { createHash } from 'node:crypto';
import type { OpenTitle } from '../open-title.ts';
import { describePlan, type PlannedMode } from '../plan-title.ts';

/**
 * What is to be written, in a word: two plans of one word make the same files of the same inputs, but for IVs. Where the title lies,
 * what is warned of, how it is worked on and which devices were asked about changes no bytes, and inputs are compared by themselves.
 * @returns 64 hexadecimal digits
 */
export async function planHash(opened: OpenTitle): Promise<string> {
  const { title } = opened;
  const { contentId, duration, segments, periods, modes, ...plan } = await describePlan(opened);
  const { captions, markers, thumbnails, details } = plan;
  const told = {
    ...{ contentId, duration, segments, periods, captions, markers, thumbnails, details },
    modes: modes.map(modeFacts),
    options: optionsOf(opened),
    plugins: title.plugins
      .filter(({ name }) => name.startsWith('mode-'))
      .map(({ name, options }) => [name, options]),
  };
  return createHash('sha256').update(canonical(told)).digest('hex');
}

const modeFacts = ({ mode, scheme, outputs, keys, units, ...more }: PlannedMode) => ({
  ...{ mode, scheme, outputs, keys, units },
  ...{ thumbnails: more.thumbnails, manifests: more.manifests, audioGroups: more.audioGroups },
});

/** Those that change what is written, though files and sizes may be the same. */
function optionsOf({ title }: OpenTitle): Readonly<Record<string, unknown>> {
  const { choices, segmentDuration, clear, keys, keyRotation, clearLead, trickPlay, reproducible } =
    title.run.title;
  return {
    ...{ choices, segmentDuration, clear, keyRotation, clearLead, trickPlay, reproducible },
    // What a function answered is in the keys of the plan.
    keys: typeof keys === 'function' ? undefined : keys,
  };
}

/** JSON with the names of objects in order: it is the same whichever was set first. Functions and what is not there are left out. */
const canonical = (value: object): string =>
  JSON.stringify(value, (_, one: unknown) => {
    if (one === null || typeof one !== 'object' || Array.isArray(one)) return one;
    return Object.fromEntries(Object.entries(one).sort(([first], [second]) => (first < second ? -1 : 1)));
  });
