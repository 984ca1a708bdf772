import { toHex } from '../base/bytes.ts';
import { fail, PackagerError } from '../base/errors.ts';
import { Packager } from '../contract/packager.ts';
import { Run } from '../contract/run.ts';
import { isSameTrack, type TrackRef } from '../contract/unit-plan.ts';
import type { PackageOptions } from '../engine/api.ts';
import { unseenInputs } from '../engine/inputs.ts';
import { openTitle } from '../engine/open-title.ts';
import { chooseModes, resolveContentId } from '../engine/plan.ts';
import { plannedKeys } from '../engine/planned-keys.ts';
import { acquireKeys } from '../engine/title-keys.ts';
import { fixedPolicy } from '../keys/label-policy.ts';
import type { PlacedKey } from '../keys/mode-keys.ts';
import type { SystemSignalling } from '../keys/signalling.ts';
import type { Presentation } from '../title/presentation.ts';
import { findPossibleTitles } from './find-titles.ts';
import { printable } from './format.ts';
import type { Parts } from './parts.ts';
import type { KeysFlags } from './program.ts';
import type { Shell } from './shell.ts';
import { eachTitle } from './titles.ts';

/**
 * Print what the configured key source gives for each title: key ids, labels, DRM systems. Key values only on demand.
 * @throws PackagerError as packaging would, e.g. NO_KEY when there is no key.
 */
export async function keysCommand(
  flags: KeysFlags,
  shell: Shell,
  parts: () => Promise<Parts>,
): Promise<void> {
  const titles = await findPossibleTitles(flags, shell, parts);
  for (const title of eachTitle(titles))
    shell.stdout.write(await keysOf(title, shell.signal, flags.reveal === true));
}

async function keysOf(options: PackageOptions, signal: AbortSignal, reveal: boolean): Promise<string> {
  const { keys = 'one', keyRotation, inputs } = options.title;
  const needsTracks = keys !== 'one' || keyRotation !== undefined;
  return needsTracks && inputs.length > 0
    ? keysOfTracks({ ...options, signal }, reveal)
    : keysOfPolicy(options, signal, reveal);
}

/** The keys that the tracks of the inputs need, by label and crypto period, and which of them each is for. */
async function keysOfTracks(options: PackageOptions, reveal: boolean): Promise<string> {
  const opened = await openTitle(options, { writes: false });
  try {
    const keys = opened.modes.flatMap((mode) => {
      const planned = plannedKeys(opened, mode);
      return opened.keys.get(mode.name)!.all.map((placed, index): ModeKey => {
        const tracks = planned[index]!.tracks.map((ref) => trackName(ref, opened.presentation));
        return { ...placed, mode: mode.name, tracks };
      });
    });
    const sections = distinct(keys).map((found) => section(found, reveal));
    return [row('Content id', opened.title.run.contentId), ...sections, ''].join('\n');
  } finally {
    await opened.title.close();
  }
}

/** `video 1 of a.mp4`; of a single input `video 1`. */
function trackName(ref: TrackRef, { inputs, video, audio, trickPlay = [] }: Presentation): string {
  const { input, id } = ref;
  const found = [...video, ...audio, ...trickPlay].find(({ track }) => isSameTrack(ref, track));
  const file = inputs.length > 1 ? ` of ${inputs[input]?.name ?? ''}` : '';
  const part = ref.trickPlay === 'key-frames' ? 'key frames of ' : '';
  return `${part}${found?.track.kind ?? 'track'} ${id}${file}`;
}

/** What the policy alone tells, where there are no tracks to look at, or they share a key. */
async function keysOfPolicy(
  { title, plugins }: PackageOptions,
  signal: AbortSignal,
  reveal: boolean,
): Promise<string> {
  const packager = new Packager(plugins);
  const run = new Run({ title, inputs: unseenInputs(title) }, signal);
  const modes = chooseModes(packager, run);
  run.contentId = await resolveContentId(packager, run);
  const policy = fixedPolicy(title.keys ?? 'one');
  if (!policy)
    throw fail.invalidOption(
      'Which labels there are only the tracks tell, since `keys` is a function.',
      'Name the `inputs` in the config: then they are looked at.',
    );
  const keys: ModeKey[] = [];
  const missing = new Set<string>();
  let reason: unknown;
  for (const { mode, keyOf } of await acquireKeys(packager, run, modes, policy.labels)) {
    // How many crypto periods there are is known when the inputs are cut: of each label the first key is shown.
    for (const label of policy.labels) {
      const place = { label, period: 0 };
      try {
        keys.push({ ...place, key: await keyOf(place), mode: mode.name, tracks: [] });
      } catch (cause) {
        // A label that no track has needs none.
        if (!PackagerError.is(cause) || cause.code !== 'NO_KEY' || policy.labels.length === 1) throw cause;
        reason ??= cause;
        missing.add(`${label} (${mode.name})`);
      }
    }
  }
  if (keys.length === 0) throw reason;
  const sections = distinct(keys).map((found) => section(found, reveal));
  const without =
    missing.size === 0
      ? []
      : ['', row('No key for', `${[...missing].join(', ')}: packaging ends if a track has such a label`)];
  return [row('Content id', run.contentId), ...sections, ...without, ''].join('\n');
}

interface ModeKey extends PlacedKey {
  readonly mode: string;
  /** Names of those that it is for; none where nobody has looked at them. */
  readonly tracks: readonly string[];
}

/** A key as its source gives it, with all that it is for and all that is signalled for that. */
interface Found extends Pick<PlacedKey, 'key'> {
  readonly modes: Set<string>;
  /** Labels of tracks, and crypto periods. */
  readonly places: Set<string>;
  readonly tracks: Set<string>;
  readonly signalling: Map<string, SystemSignalling>;
}

/** Each key once. */
function distinct(keys: readonly ModeKey[]): Found[] {
  const found = new Map<string, Found>();
  for (const { mode, key, label, period, tracks } of keys) {
    const identity = JSON.stringify([key.hexId, toHex(key.reveal()), key.iv && toHex(key.iv)]);
    const entry: Found = found.get(identity) ?? {
      key,
      modes: new Set(),
      places: new Set(),
      tracks: new Set(),
      signalling: new Map(),
    };
    entry.modes.add(mode);
    entry.places.add(`${label}, period ${period}`);
    for (const track of tracks) entry.tracks.add(track);
    for (const [id, given] of Object.entries(key.signalling ?? {})) entry.signalling.set(id, given);
    found.set(identity, entry);
  }
  return [...found.values()];
}

const row = (name: string, value: string): string => `${name.padEnd(12)} ${printable(value)}`;

function section({ key, modes, places, tracks, signalling }: Found, reveal: boolean): string {
  const { labels, iv, hdcpLevel } = key;
  const systems = [...signalling].map(([id, given]) => `${NAMES[id] ?? id} (${faces(given)})`);
  return [
    '',
    row('Key id', key.uuid),
    row('Modes', [...modes].join(', ')),
    row('For', [...places].join('; ')),
    ...(tracks.size > 0 ? [row('Tracks', [...tracks].join(', '))] : []),
    row('Labels', labels.length > 0 ? labels.join(', ') : 'none given'),
    ...(hdcpLevel === undefined ? [] : [row('HDCP', hdcpLevel)]),
    row('DRM systems', systems.length > 0 ? systems.join(', ') : 'none given'),
    row('Key', reveal ? toHex(key.reveal()) : 'not shown; --reveal prints it'),
    row('IV', iv === undefined ? 'none' : reveal ? toHex(iv) : 'not shown'),
  ].join('\n');
}

/** What the source says to players, by where it goes. */
function faces({ pssh, contentProtection, hlsMedia, hlsMaster, uri }: SystemSignalling): string {
  const given = [
    pssh && 'pssh',
    contentProtection !== undefined && 'MPD',
    (hlsMedia ?? hlsMaster) !== undefined ? 'HLS' : uri !== undefined && 'key URI',
  ].filter((face) => typeof face === 'string');
  return given.join(', ') || 'nothing';
}

const NAMES: Readonly<Record<string, string>> = {
  'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed': 'Widevine',
  '9a04f079-9840-4286-ab92-e65be0885f95': 'PlayReady',
  '94ce86fb-07ff-4f43-adb8-93d2fa968ca2': 'FairPlay',
  '5e629af5-38da-4063-8977-97ffbd9902d4': 'Marlin',
  '3d5e6d35-9b9a-41e8-b843-dd3c6e72c42c': 'WisePlay',
  '81376844-f976-481e-a84e-cc25d39b0b33': 'HLS AES-128',
};
