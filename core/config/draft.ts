import type { Plugin } from '../contract/packager.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import { detailFaults } from '../title/detail-faults.ts';
import { DETAIL_FIELDS, detailsOf } from './details-schema.ts';
import { EMPTY, Expansion, isObject, type Layer } from './expand.ts';
import { mergeLayers } from './merge.ts';
import { withAbsolutePaths } from './paths.ts';
import { fillPlaceholders, surplusColumns, withoutPlaceholders } from './placeholders.ts';
import { CONFIG_SCHEMA, OVERRIDES_SCHEMA } from './schema.ts';
import { titleOf } from './title-of-fields.ts';
import { fieldsOfRow } from './title-row.ts';
import type { Builtins, Config, ConfigOverrides, PlacedRow } from './types.ts';
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
  /** About the row, and what it makes of the placeholders. */
  readonly rowComplaints: readonly string[];
  /** Where the config has each plugin. */
  readonly places: ReadonlyMap<Plugin, string>;
  /** It has no inputs because those that were given are wrong, or the whole config is: that has been complained about. */
  readonly isInputLost: boolean;
}

/**
 * What `resolveConfig` makes, without stopping at mistakes: what is wrong is left out. Such a title is for looking at, not for packaging.
 * @param prefix before every path: `[2].`
 */
export const draftTitle = (config: Config, options: ResolveOptions, prefix = ''): Draft =>
  titleDrafter(config, { ...options, isTemplate: options.row !== undefined }, prefix)(options.row);

export interface DrafterOptions extends Omit<ResolveOptions, 'row'> {
  /** Each title has a row, which fills placeholders. @default false */
  readonly isTemplate?: boolean;
}

/**
 * The same for many rows that are laid over one config: what all of them have in common is made and checked once, plugins too, and of each
 * row what it says itself. Such titles are for looking at.
 */
export function titleDrafter(
  config: Config,
  options: DrafterOptions,
  prefix = '',
): (row: PlacedRow | undefined) => Draft {
  const { builtins, base, checked = false, overrides = {}, isTemplate = false } = options;
  const own = isTemplate && isObject(config) ? withoutPlaceholders(config) : { still: config, open: {} };
  const over = isTemplate ? withoutPlaceholders(overrides) : { still: overrides, open: {} };
  const { preset: presets, ...given } = over.still;
  const overrideComplaints: string[] = [];
  if (!checked)
    overrideComplaints.push(...validate(over.still, OVERRIDES_SCHEMA, { where: '', secret: false }));
  let expanded = own.still;
  if (presets) {
    const wrong = checked ? [] : expand({ preset: presets }, builtins).complaints;
    overrideComplaints.push(...wrong);
    // What is wrong with them is said once, and a config that is no object stays what it is.
    if (isObject(expanded)) expanded = { ...expanded, preset: wrong.length > 0 ? undefined : presets };
  }
  const { layers, complaints } = expand(expanded, builtins, checked, prefix);
  const isSound = checked || complaints.length === 0;
  const below = mergeLayers([
    EMPTY,
    ...layers.map((layer) =>
      absolute(isSound ? layer : soundFields(layer), base, (what) => complaints.push(`${prefix}${what}`)),
    ),
  ]);
  const above = givenLayer(given, options, overrideComplaints);
  const common = new Set([given, ...layers.map((layer) => layer.fields)].flatMap(namesOf));
  const faultsOf = (details: ReturnType<typeof detailsOf>): string[] =>
    checked || !details ? [] : detailFaults(details).map((fault) => `${prefix}${fault}`);
  const builtinPlugins = new Map<string, Plugin>();

  /** What a row says itself, lowest first: in the placeholders of the config, in its fields, in the placeholders of the command line. */
  const layersOf = ({ row, base: folder }: PlacedRow, faults: string[]): readonly Layer[] => {
    const filled = fillPlaceholders(own.open, row);
    const filledOver = fillPlaceholders(over.open, row);
    if (!checked) {
      const asked = new Set([...filled.columns, ...filledOver.columns]);
      faults.push(...filled.complaints, ...filledOver.complaints, ...surplusColumns(row, asked));
      faults.push(...validate(filledOver.value, OVERRIDES_SCHEMA, { where: '', secret: false }));
    }
    const layer = (fields: Config, from: string): Layer => {
      const { layers: made, complaints: wrong } = expand(fields, builtins, checked);
      faults.push(...wrong);
      const whole = made.at(-1) ?? EMPTY;
      return absolute(wrong.length === 0 ? whole : soundFields(whole), from, (what) => faults.push(what));
    };
    return [
      layer(filled.value, base),
      layer(fieldsOfRow(row), folder),
      givenLayer(filledOver.value, options, faults),
    ];
  };

  return (placed) => {
    const rowComplaints: string[] = [];
    const [open, fieldsOf, openOver] = placed ? layersOf(placed, rowComplaints) : [EMPTY, EMPTY, EMPTY];
    const said = placed ? [own.open, over.open, placed.row].flatMap(namesOf) : [];
    const { fields, plugins, offers, places } = mergeLayers([below, open!, fieldsOf!, above, openOver!]);
    const isGiven = (name: string) => common.has(name) || said.includes(name);
    const details = detailsOf(fields);
    // What is wrong by itself has been complained about.
    const isDetailLost = DETAIL_FIELDS.some((name) => fields[name] === undefined && isGiven(name));
    const faults = isDetailLost ? [] : faultsOf(details);
    const isOfRow = DETAIL_FIELDS.some((name) => said.includes(name));
    if (isOfRow) rowComplaints.push(...faults);
    const title: TitleOptions = titleOf(fields, details, base);
    const offered = askedPlugins(fields.modes, plugins).flatMap(
      (name) => offers.find((plugin) => plugin.name === name) ?? [],
    );
    const present = offered.length > 0 ? [...plugins, ...offered] : plugins;
    const asked = { ...above.fields, ...openOver!.fields }.modes;
    const added = builtinModes(askedPlugins(asked, present), builtins, builtinPlugins);
    return {
      title,
      plugins: added.length > 0 ? [...present, ...added] : present,
      complaints: isOfRow ? complaints : [...complaints, ...faults],
      overrideComplaints,
      rowComplaints,
      places,
      isInputLost: layers.length === 0 || (fields.inputs === undefined && isGiven('inputs')),
    };
  };
}

const namesOf = (fields: object): string[] =>
  Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [name]));

/** What the command line says, with targets by their names. */
function givenLayer(
  given: Omit<ConfigOverrides, 'preset'>,
  { builtins, cwd = process.cwd(), checked = false }: DrafterOptions,
  complaints: string[],
): Layer {
  const targets = targetsOf(given, builtins, checked, complaints);
  const layer = { ...EMPTY, fields: { ...given, ...targets } };
  const isSound = checked || complaints.length === 0;
  return absolute(isSound ? layer : soundFields(layer), cwd, (what) => complaints.push(what));
}

const absolute = (layer: Layer, from: string, complain: (what: string) => void): Layer =>
  withAbsolutePaths(layer, from, (place, what) => complain(`${place}: ${what}`));

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
function soundFields(layer: Layer): Layer {
  const fields = Object.entries(layer.fields).filter(
    ([name, value]) => validate({ [name]: value }, CONFIG_SCHEMA, { where: '', secret: true }).length === 0,
  );
  return { ...layer, fields: Object.fromEntries(fields) };
}

/** Names of the plugins that modes are asked of, and that are not there. */
function askedPlugins(modes: readonly string[] | undefined, plugins: readonly Plugin[]): string[] {
  const present = new Set(plugins.map(({ name }) => name));
  return [...new Set((modes ?? []).map((mode) => `mode-${mode}`))].filter((name) => !present.has(name));
}

/**
 * Names that no built-in plugin has either are left to the engine: a plugin may provide them under another name.
 * @param made those that were made before
 */
const builtinModes = (names: readonly string[], builtins: Builtins, made: Map<string, Plugin>): Plugin[] =>
  names
    .filter((name) => Object.hasOwn(builtins.plugins, name))
    .map((name) => {
      const plugin = made.get(name) ?? (builtins.plugins[name] as (options: object) => Plugin)({});
      made.set(name, plugin);
      return plugin;
    });
