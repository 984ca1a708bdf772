import type { SchemaObject } from 'ajv';
import { PackagerError } from '../base/errors.ts';
import type { Plugin } from '../contract/packager.ts';
import type { Target } from '../contract/target.ts';
import { markChecked } from './require-checked.ts';
import { CONFIG_SCHEMA, PRESET_SCHEMA } from './schema.ts';
import type { Builtins, ConfigFields, NameWithOptions, Preset } from './types.ts';
import { validate } from './validate.ts';
import { kindOf, nearest, show, showName } from './wording.ts';

/** The fields and plugins of one preset, or (the last layer) of the config itself. */
export interface Layer {
  readonly fields: Omit<ConfigFields, 'plugins'>;
  readonly plugins: readonly Plugin[];
  /** Of a preset: plugins that come into it only where `modes` names theirs. */
  readonly offers: readonly Plugin[];
  /** Where the config has each of them. */
  readonly places: ReadonlyMap<Plugin, string>;
}

/** Turns references into values and collects what is wrong, so that one run shows all mistakes. */
export class Expansion {
  readonly complaints: string[] = [];
  readonly #builtins: Builtins;
  readonly #checked: boolean;

  /** @param checked This config has been through here before, and was found right. */
  constructor(builtins: Builtins, checked = false) {
    this.#builtins = builtins;
    this.#checked = checked;
  }

  /** The presets of a config in order, then itself. `prefix` is put before every path. */
  config(value: unknown, prefix = ''): readonly Layer[] {
    const root = prefix.replace(/\.$/, '');
    if (!isObject(value)) {
      this.complaints.push(`${root || 'the config'}: expected an object, got ${show(value)}.`);
      return [];
    }
    const plain = withoutUrls(value);
    this.#check(plain, CONFIG_SCHEMA, root, false);
    const { preset, ...own } = plain;
    const one = preset === undefined || !Array.isArray(preset) || isNameWithOptions(preset);
    const presets: readonly unknown[] = preset === undefined ? [] : one ? [preset] : (preset as unknown[]);
    const layers = presets.map((each, index) =>
      this.#preset(each, `${prefix}preset${one ? '' : `[${index}]`}`),
    );
    return [...layers, this.#layer(own, prefix)];
  }

  #preset(reference: unknown, where: string): Layer {
    const named = this.#named<Preset>(reference, this.#builtins.presets, 'preset', where);
    const preset = named ? named.value : reference;
    if (preset === undefined) return EMPTY;
    if (!isObject(preset))
      return this.#refuse(where, 'a preset, its name, or [name, options]', preset) ?? EMPTY;
    const plain = withoutUrls(preset);
    const { name = named?.name, options = {}, schema, offers = [], ...fields } = plain;
    const at = typeof name === 'string' ? `${where} (${name})` : where;
    const before = this.complaints.length;
    if (isObject(schema)) this.#options(options, schema, at);
    // Wrong options make wrong plugins: saying it once is enough.
    if (this.complaints.length > before) return EMPTY;
    this.#check(plain, PRESET_SCHEMA, at, false);
    const offered = this.#layer({ plugins: offers }, `${at}.`, 'offers');
    return { ...this.#layer(fields, `${at}.`), offers: offered.plugins };
  }

  /** @param list how the config calls the list of plugins */
  #layer(value: Readonly<Record<string, unknown>>, prefix: string, list = 'plugins'): Layer {
    const { plugins: references = [], ...rest } = value;
    const fields = { ...rest, ...this.#targets(rest['targets'], prefix) };
    if (!Array.isArray(references)) {
      this.#refuse(`${prefix}${list}`, 'a list of plugins', references);
      return { ...EMPTY, fields };
    }
    const places = new Map<Plugin, string>();
    const plugins = new Map<string, Plugin>();
    references.forEach((reference: unknown, index) => {
      const where = `${prefix}${list}[${index}]`;
      const plugin = this.#plugin(reference, where);
      if (!plugin) return;
      if (plugins.has(plugin.name))
        this.complaints.push(`${where} (${plugin.name}): it is in this list twice.`);
      plugins.set(plugin.name, plugin);
      places.set(plugin, `${where} (${plugin.name})`);
    });
    return { fields, plugins: [...plugins.values()], offers: [], places };
  }

  #plugin(reference: unknown, where: string): Plugin | undefined {
    const named = this.#named<Plugin>(reference, this.#builtins.plugins, 'plugin', where);
    const plugin = named ? named.value : reference;
    if (named && plugin === undefined) return undefined;
    if (!isPlugin(plugin)) return this.#refuse(where, 'a plugin, its name, or [name, options]', plugin);
    const before = this.complaints.length;
    if (plugin.schema) this.#options(plugin.options ?? {}, plugin.schema, `${where} (${plugin.name})`);
    // What is wrong with its options is said: it would only say it again when it is applied.
    if (this.complaints.length > before) return undefined;
    markChecked(plugin);
    return plugin;
  }

  /** Targets by their values. What is no list has been complained about. */
  #targets(references: unknown, prefix: string): Pick<Layer['fields'], 'targets'> {
    if (!Array.isArray(references)) return {};
    const { targets: table = {} } = this.#builtins;
    const targets = references.flatMap((reference: unknown, index): Target[] => {
      if (typeof reference !== 'string' || reference === '') return [reference as Target];
      if (Object.hasOwn(table, reference)) return [table[reference]!];
      const known = Object.keys(table);
      const name = showName(reference, known);
      this.complaints.push(
        `${prefix}targets[${index}]: there is no built-in target ${name}.${nearest(reference, known)}`,
      );
      return [];
    });
    return { targets };
  }

  /** Look a name up and call its factory. `undefined`: the reference is no name. */
  #named<T>(
    reference: unknown,
    table: Readonly<Record<string, (options: never) => T>>,
    kind: string,
    where: string,
  ): { name: string; value: T | undefined } | undefined {
    if (typeof reference !== 'string' && !isNameWithOptions(reference)) return undefined;
    const [name, options] = typeof reference === 'string' ? [reference, {}] : reference;
    if (!Object.hasOwn(table, name)) {
      const known = Object.keys(table);
      this.complaints.push(
        `${where}: there is no built-in ${kind} ${showName(name, known)}.${nearest(name, known)}`,
      );
      return { name, value: undefined };
    }
    try {
      // A factory only keeps its options; they are checked against its schema right afterwards.
      return { name, value: (table[name] as (options: object) => T)(options) };
    } catch (cause) {
      const reason = PackagerError.is(cause) ? cause.message : 'its options do not fit.';
      this.complaints.push(`${where} (${name}): ${reason}`);
      return { name, value: undefined };
    }
  }

  /** Factories keep a copy, `{ ...options }`: of a text or a list, given by mistake, that has a member for each letter. */
  #options(options: unknown, schema: SchemaObject, where: string): void {
    const names = isObject(options) ? Object.keys(options) : [];
    if (names.length > 0 && names.every((name) => /^\d+$/.test(name)))
      this.complaints.push(`${where}: expected an object of options, got a text or a list.`);
    else this.#check(options, schema, where, true);
  }

  #check(value: unknown, schema: SchemaObject, where: string, secret: boolean): void {
    if (this.#checked) return;
    try {
      this.complaints.push(...validate(value, schema, { where, secret }));
    } catch (cause) {
      this.complaints.push(`${where}: its own schema is not valid: ${(cause as Error).message}.`);
    }
  }

  #refuse(where: string, expected: string, value: unknown): undefined {
    const hint = typeof value === 'function' ? ' Call the function: its answer is wanted.' : '';
    this.complaints.push(`${where}: expected ${expected}, got ${kindOf(value)}.${hint}`);
  }
}

export const EMPTY: Layer = { fields: {}, plugins: [], offers: [], places: new Map() };

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Paths may be given as `URL` objects, such as `new URL('a.mp4', import.meta.url)`; titles are plain data. */
function withoutUrls(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { inputs } = value;
  if (!Array.isArray(inputs)) return value;
  const text = (path: unknown) => (path instanceof URL ? path.href : path);
  const plain = inputs.map((input: unknown) =>
    isObject(input) && !(input instanceof URL) && 'file' in input
      ? { ...input, file: text(input['file']) }
      : text(input),
  );
  return { ...value, inputs: plain };
}

const isNameWithOptions = (value: unknown): value is NameWithOptions =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && isObject(value[1]);

/** Not a function, although each has a name and an `apply`: somebody forgot to call the factory. */
const isPlugin = (value: unknown): value is Plugin =>
  isObject(value) &&
  typeof value['name'] === 'string' &&
  value['name'] !== '' &&
  typeof value['apply'] === 'function';
