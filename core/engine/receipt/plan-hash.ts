import { createHash, createHmac } from 'node:crypto';
import { canonical } from '../../base/canonical.ts';
import type { ModeDefinition } from '../../contract/packager.ts';
import type { OpenTitle } from '../open-title.ts';
import { describePlan, type PlannedMode, type TitlePlan } from '../plan-title.ts';

/** Raised when more, or other things, go into the hash: what an earlier one has not taken in nobody knows. */
const FORM = '4:';

/**
 * What each mode is to write, in a word: two plans of one word make the same files of the same inputs, but for IVs, whatever other modes
 * the title has. Where the title lies, what is warned of, how it is worked on and which devices were asked about changes no bytes, and
 * inputs are compared by themselves. Keys count by their ids and by what they are, of which nothing can be told from the word;
 * functions by their source.
 * @returns by the mode's name: its form, and 64 hexadecimal digits
 */
export async function planHashes(opened: OpenTitle): Promise<ReadonlyMap<string, string>> {
  const plan = await describePlan(opened);
  return new Map(
    opened.modes.map((mode, index) => [mode.name, hashOf(opened, mode, plan, plan.modes[index]!)]),
  );
}

function hashOf(opened: OpenTitle, mode: ModeDefinition, plan: TitlePlan, own: PlannedMode): string {
  const { contentId, duration, segments, periods, captions, markers, thumbnails } = plan;
  const told = {
    contentId,
    // A mode that takes files as they are has nothing of these: nobody looks into the inputs for it alone.
    ...(mode.carries && { duration, segments, periods, captions, markers, thumbnails }),
    mode: modeFacts(own),
    options: optionsOf(opened),
    keyChecks: keyChecks(opened, mode),
    plugins: opened.title.plugins.filter(isWriting).map(({ name, options }) => [name, options]),
  };
  const text = canonical(told, (one) => (isPlugin(one) && !isWriting(one) ? one.name : one));
  return `${FORM}${createHash('sha256').update(text).digest('hex')}`;
}

/** Another for another key, where a source has replaced one under the same id: a title under a key that has leaked is none that is done. */
const keyChecks = ({ keys }: OpenTitle, { name }: ModeDefinition): string[] =>
  keys.get(name)!.all.map(({ key }) => createHmac('sha256', key.reveal()).update('receipt').digest('hex'));

/** Whether the plan of a receipt is such a hash as is made now. */
export const isComparable = (plan: string): boolean => plan.startsWith(FORM);

/**
 * Plugins that change what is written: modes, demuxers, codecs, whatever others add. Not those that say where things are: these hold
 * credentials, which come and go. What comes of them is in the plan.
 */
const isWriting = ({ name }: { readonly name: string }): boolean =>
  !/^(source|store|key|report|cid)-/.test(name);

const isPlugin = (value: object): value is { readonly name: string } =>
  'apply' in value && 'name' in value && typeof value.name === 'string';

const modeFacts = ({ mode, scheme, outputs, keys, units, ...more }: PlannedMode) => ({
  ...{ mode, scheme, outputs, keys, units },
  ...{ thumbnails: more.thumbnails, manifests: more.manifests, audioGroups: more.audioGroups },
});

/** Those that change what is written, though files and sizes may be the same. Details with whole URLs: manifests have them whole. */
function optionsOf({ title }: OpenTitle): Readonly<Record<string, unknown>> {
  const { choices, segmentDuration, clear, keys, keyRotation, clearLead, trickPlay, reproducible, details } =
    title.run.title;
  return {
    ...{ choices, segmentDuration, clear, keyRotation, clearLead, trickPlay, reproducible, details },
    // What a function answered is in the keys of the plan.
    keys: typeof keys === 'function' ? undefined : keys,
  };
}
