import { resolve } from 'node:path';
import { defined } from '../base/defined.ts';
import { fail } from '../base/errors.ts';
import type { Plugin } from '../contract/packager.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import { detailFaults } from '../title/detail-faults.ts';
import type { TrackChoice } from '../title/track-choice.ts';
import { captionsOf } from './caption-schema.ts';
import { DETAIL_FIELDS, detailsOf } from './details-schema.ts';
import { EMPTY, Expansion, isObject, type Layer } from './expand.ts';
import { markersOf } from './marker-schema.ts';
import { mergeLayers } from './merge.ts';
import { withAbsolutePaths } from './paths.ts';
import { fillPlaceholders, surplusColumns } from './placeholders.ts';
import { CONFIG_SCHEMA, OVERRIDES_SCHEMA } from './schema.ts';
import { thumbnailsOf } from './thumbnail-schema.ts';
import { fieldsOfRow } from './title-row.ts';
import type { Builtins, Config, ConfigOverrides, Input, InputOptions, PlacedRow } from './types.ts';
import { validate } from './validate.ts';

export interface ResolveOptions {
  readonly builtins: Builtins;
  /** Where relative paths of the config start: its folder. */
  readonly base: string;
  /** How messages name the config. @default 'The config' */
  readonly where?: string;
  readonly overrides?: ConfigOverrides;
  /** Laid over the config, below the overrides; the config is a template then, whose placeholders it fills. */
  readonly row?: PlacedRow | undefined;
  /** In a worker thread: the main thread has checked this config. @default false */
  readonly checked?: boolean;
  /** A command that packages nothing needs none. @default false */
  readonly inputsOptional?: boolean;
  /** Where relative paths of the overrides start. @default the working directory */
  readonly cwd?: string;
}

export interface ResolvedConfig {
  readonly title: TitleOptions;
  readonly plugins: readonly Plugin[];
}

/** A title as far as it can be made out, with all that is wrong with its config. */
export interface Draft extends ResolvedConfig {
  /** About the config, a sentence each. */
  readonly complaints: readonly string[];
  /** About the overrides. */
  readonly overrideComplaints: readonly string[];
  /** Where the config has each plugin. */
  readonly places: ReadonlyMap<Plugin, string>;
  /** It has no inputs because those that were given are wrong, or the whole config is: that has been complained about. */
  readonly isInputLost: boolean;
}

/**
 * What the engine works with: presets, then the config, then the command line, with defaults for the rest.
 * A mode that no plugin provides is added as the plugin `mode-<name>` that a preset offers; of the command line also as the
 * built-in one.
 *
 * @throws PackagerError INVALID_CONFIG with all mistakes of the config, MISSING_OPTION when there is no input.
 */
export function resolveConfig(config: Config, options: ResolveOptions): ResolvedConfig {
  const { where = 'The config', inputsOptional = false } = options;
  const { title, plugins, complaints, overrideComplaints } = draftTitle(config, options);
  if (overrideComplaints.length > 0) throw fail.invalidConfig('The command line', overrideComplaints);
  if (complaints.length > 0) throw fail.invalidConfig(where, complaints);
  if (title.inputs.length === 0 && !inputsOptional) throw noInput();
  return { title, plugins };
}

export const noInput = () => fail.missingOption('There is no input.', 'List `inputs` in the config.');

/**
 * The same, without stopping at mistakes: what is wrong is left out. Such a title is for looking at, not for packaging.
 * @param prefix before every path: `[2].`
 */
export function draftTitle(config: Config, options: ResolveOptions, prefix = ''): Draft {
  const { builtins, base, cwd = process.cwd(), checked = false } = options;
  const filled = filledFrom(config, options);
  const { overrides } = filled;
  const { preset: presets, ...given } = overrides;
  const overrideComplaints: string[] = [];
  let expanded = filled.config;
  if (!checked)
    overrideComplaints.push(...validate(overrides, OVERRIDES_SCHEMA, { where: '', secret: false }));
  if (presets) {
    const wrong = checked ? [] : expand({ preset: presets }, builtins).complaints;
    overrideComplaints.push(...wrong);
    // What is wrong with them is said once, and a config that is no object stays what it is.
    if (isObject(expanded)) expanded = { ...expanded, preset: wrong.length > 0 ? undefined : presets };
  }
  const { layers, complaints } = expand(expanded, builtins, checked, prefix);
  complaints.push(...filled.complaints);
  const rowLayers = layersOfRow(options, complaints);
  const givenTargets = targetsOf(given, builtins, checked, overrideComplaints);
  const soundLayers = layers.map((layer) => soundFields(layer, checked));
  const soundGiven = soundFields({ ...EMPTY, fields: { ...given, ...givenTargets } }, checked);
  const { fields, plugins, offers, places } = mergeLayers([
    ...soundLayers.map((layer) =>
      withAbsolutePaths(layer, base, (place, what) => complaints.push(`${prefix}${place}: ${what}`)),
    ),
    ...rowLayers,
    withAbsolutePaths(soundGiven, cwd, (place, what) => overrideComplaints.push(`${place}: ${what}`)),
  ]);
  const { inputs = [] } = fields;
  const details = detailsOf(fields);
  const isDetailLost = DETAIL_FIELDS.some(
    (name) => fields[name] === undefined && layers.some((layer) => layer.fields[name] !== undefined),
  );
  // What is wrong by itself has been complained about.
  if (!checked && details && !isDetailLost)
    complaints.push(...detailFaults(details).map((fault) => `${prefix}${fault}`));
  const title: TitleOptions = {
    contentId: fields.contentId,
    inputs: inputs.map((input) => fileOf(input)),
    choices: inputs.map((input) =>
      typeof input === 'string' || input instanceof URL ? undefined : choiceOf(input),
    ),
    output: fields.output ?? resolve(base, 'out'),
    modes: fields.modes,
    segmentDuration: fields.segmentDuration ?? 6,
    clear: fields.clear ?? [],
    keys: fields.keys,
    keyRotation: fields.keyRotation,
    clearLead: fields.clearLead,
    ...(fields.captions !== undefined && { captions: captionsOf(fields.captions) }),
    ...(fields.markers !== undefined && {
      markers: typeof fields.markers === 'string' ? fields.markers : markersOf(fields.markers),
    }),
    ...(fields.thumbnails !== undefined && { thumbnails: thumbnailsOf(fields.thumbnails) }),
    ...(fields.trickPlay && { trickPlay: true }),
    ...(details && { details }),
    ...(fields.targets && { targets: fields.targets.filter((target) => typeof target !== 'string') }),
    overwrite: fields.overwrite ?? false,
    ...(fields.verify && { verify: true }),
    ...(fields.receipt !== undefined && { receipt: fields.receipt }),
    workers: fields.workers,
    ...(fields.priority !== undefined && { priority: fields.priority }),
    reproducible: fields.reproducible,
  };
  const offered = askedPlugins(fields.modes, plugins).flatMap(
    (name) => offers.find((plugin) => plugin.name === name) ?? [],
  );
  const present = [...plugins, ...offered];
  const added = builtinModes(askedPlugins(given.modes, present), builtins);
  const gave = (all: readonly Layer['fields'][]) => all.some((each) => each.inputs !== undefined);
  const isInputLost =
    layers.length === 0 ||
    (fields.inputs === undefined &&
      gave([given, options.row?.row ?? {}, ...layers.map((layer) => layer.fields)]));
  return { title, plugins: [...present, ...added], complaints, overrideComplaints, places, isInputLost };
}

/** The config and the command line with what a row has for their placeholders; without a row as they are. */
function filledFrom(config: Config, { row: placed, overrides = {}, checked }: ResolveOptions) {
  if (!placed || !isObject(config)) return { config, overrides, complaints: [] };
  const { row, where } = placed;
  const own = fillPlaceholders(config, row);
  const given = fillPlaceholders(overrides, row);
  const asked = new Set([...own.columns, ...given.columns]);
  const faults = checked ? [] : [...own.complaints, ...given.complaints, ...surplusColumns(row, asked)];
  return {
    config: own.value,
    overrides: given.value,
    complaints: faults.map((fault) => `${where}: ${fault}`),
  };
}

/** The fields that a row sets, as the layer above those of the config. */
function layersOfRow({ row: placed, builtins, checked }: ResolveOptions, complaints: string[]): Layer[] {
  if (!placed) return [];
  const { row, base, where } = placed;
  const complain = (what: string) => complaints.push(`${where}: ${what}`);
  const expanded = expand(fieldsOfRow(row), builtins, checked);
  expanded.complaints.forEach(complain);
  return expanded.layers.map((layer) =>
    withAbsolutePaths(soundFields(layer, checked ?? false), base, (place, what) =>
      complain(`${place}: ${what}`),
    ),
  );
}

function expand(config: Config, builtins: Builtins, checked = false, prefix = '') {
  const expansion = new Expansion(builtins, checked);
  return { layers: expansion.config(config, prefix), complaints: expansion.complaints };
}

/** The targets of the command line, by their names. */
function targetsOf(
  { targets }: Pick<ConfigOverrides, 'targets'>,
  builtins: Builtins,
  checked: boolean,
  complaints: string[],
): Pick<ConfigOverrides, 'targets'> {
  if (!targets) return {};
  const named = expand({ targets }, builtins, checked);
  complaints.push(...named.complaints);
  return { targets: named.layers.at(-1)?.fields.targets };
}

/** Without the fields that are wrong, which have been complained about. */
function soundFields(layer: Layer, checked: boolean): Layer {
  if (checked) return layer;
  const fields = Object.entries(layer.fields).filter(
    ([name, value]) => validate({ [name]: value }, CONFIG_SCHEMA, { where: '', secret: true }).length === 0,
  );
  return { ...layer, fields: Object.fromEntries(fields) };
}

const fileOf = (input: Input): string => {
  const path = typeof input === 'string' || input instanceof URL ? input : input.file;
  return String(path);
};

function choiceOf({ video, audio, language, roles, characteristics, ...more }: InputOptions): TrackChoice {
  const { label, default: isDefault, forced, sdh, score, trickPlay } = more;
  const picks = typeof audio === 'string' || typeof audio === 'number' ? [audio] : audio;
  const said = defined({
    roles: typeof roles === 'string' ? [roles] : roles,
    label,
    characteristics: typeof characteristics === 'string' ? [characteristics] : characteristics,
    default: isDefault,
    forced,
    sdh,
    trickPlay: trickPlay || undefined,
    score,
  });
  return { video, audio: picks, language, ...said };
}

/** Names of the plugins that modes are asked of, and that are not there. */
function askedPlugins(modes: readonly string[] | undefined, plugins: readonly Plugin[]): string[] {
  const present = new Set(plugins.map(({ name }) => name));
  return [...new Set((modes ?? []).map((mode) => `mode-${mode}`))].filter((name) => !present.has(name));
}

/** Names that no built-in plugin has either are left to the engine: a plugin may provide them under another name. */
const builtinModes = (names: readonly string[], builtins: Builtins): Plugin[] =>
  names
    .filter((name) => Object.hasOwn(builtins.plugins, name))
    .map((name) => (builtins.plugins[name] as (options: object) => Plugin)({}));
