import type { SchemaObject } from 'ajv';
import { fail } from '../base/errors.ts';
import { withoutKeys } from '../base/key-like.ts';
import { CLEARKEY_SCHEMA, type ClearKeyOptions, clearkey } from './clearkey.ts';
import { common } from './common.ts';
import type { DrmSystem } from './drm-system.ts';
import { FAIRPLAY_SCHEMA, type FairPlayOptions, fairplay } from './fairplay.ts';
import { IDENTITY_SCHEMA, type IdentityOptions, identity } from './identity.ts';
import { MARLIN_SCHEMA, type MarlinOptions, marlin } from './marlin.ts';
import { PLAYREADY_SCHEMA, type PlayReadyOptions, playready } from './playready.ts';
import { WIDEVINE_SCHEMA, type WidevineOptions, widevine } from './widevine.ts';
import { WISEPLAY_SCHEMA, type WisePlayOptions, wiseplay } from './wiseplay.ts';

export type { KeySignalling, SystemSignalling } from '../keys/signalling.ts';
export { contentProtection, psshElement } from './content-protection.ts';
export { pssh } from './pssh.ts';
export { type SignalledSystem, withSignalling } from './signalled.ts';
export type {
  ClearKeyOptions,
  FairPlayOptions,
  IdentityOptions,
  MarlinOptions,
  PlayReadyOptions,
  WidevineOptions,
  WisePlayOptions,
};
export { clearkey, common, fairplay, identity, marlin, playready, widevine, wiseplay };

/** The options of every built-in system, by name. */
export interface DrmSystemOptions {
  readonly widevine: WidevineOptions;
  readonly playready: PlayReadyOptions;
  readonly common: Readonly<Record<string, never>>;
  readonly clearkey: ClearKeyOptions;
  readonly fairplay: FairPlayOptions;
  readonly identity: IdentityOptions;
  readonly marlin: MarlinOptions;
  readonly wiseplay: WisePlayOptions;
}

export type DrmSystemName = keyof DrmSystemOptions;

type WithOptions = { [N in DrmSystemName]: readonly [name: N, options: DrmSystemOptions[N]] }[DrmSystemName];

/** A system as options may give it: a value, the name of a built-in one, or its name with options (for JSON). */
export type DrmSystemReference = DrmSystem | Exclude<DrmSystemName, 'identity'> | WithOptions;

const FACTORIES: { readonly [N in DrmSystemName]: (options: DrmSystemOptions[N]) => DrmSystem } = {
  widevine,
  playready,
  common,
  clearkey,
  fairplay,
  identity,
  marlin,
  wiseplay,
};

const SCHEMAS: Readonly<Record<DrmSystemName, SchemaObject>> = {
  widevine: WIDEVINE_SCHEMA,
  playready: PLAYREADY_SCHEMA,
  common: { type: 'object', additionalProperties: false },
  clearkey: CLEARKEY_SCHEMA,
  fairplay: FAIRPLAY_SCHEMA,
  identity: IDENTITY_SCHEMA,
  marlin: MARLIN_SCHEMA,
  wiseplay: WISEPLAY_SCHEMA,
};

/** The names of the built-in systems. */
export const DRM_SYSTEM_NAMES = Object.keys(FACTORIES) as readonly DrmSystemName[];

/**
 * Turn references into values, in order.
 * @throws PackagerError for an unknown name (it lists the known ones), an option that cannot be, or a system that comes twice
 */
export function resolveDrmSystems(references: readonly DrmSystemReference[]): DrmSystem[] {
  const systems = references.map((reference) => {
    if (typeof reference === 'string') return create([reference, {}]);
    return isWithOptions(reference) ? create(reference) : reference;
  });
  requireOnce(systems);
  return systems;
}

/** Players take one `pssh`, one descriptor and one key line of a system: which of two, nobody says. */
function requireOnce(systems: readonly DrmSystem[]): void {
  for (const [index, system] of systems.entries()) {
    const first = systems.slice(0, index).find((other) => isSame(other, system));
    if (!first) continue;
    const [name, other] = [withoutKeys(system.name), withoutKeys(first.name)];
    throw fail.invalidOption(
      name === other
        ? `\`systems\` has the DRM system ${name} twice.`
        : `\`systems\` has ${other} and ${name}, which are one DRM system (${system.systemId}).`,
      'Keep the one with the options that players need.',
    );
  }
}

const isSame = (one: DrmSystem, other: DrmSystem): boolean =>
  one.name === other.name ||
  (one.systemId !== undefined && one.systemId.toLowerCase() === other.systemId?.toLowerCase());

function create<N extends DrmSystemName>([name, options]: readonly [N, DrmSystemOptions[N]]): DrmSystem {
  if (Object.hasOwn(FACTORIES, name)) return FACTORIES[name](options);
  throw fail.invalidOption(
    `There is no DRM system "${withoutKeys(name)}".`,
    `Choose from: ${DRM_SYSTEM_NAMES.join(', ')}.`,
  );
}

const isWithOptions = (reference: DrmSystem | WithOptions): reference is WithOptions =>
  Array.isArray(reference);

/** Where `condition` holds, `schema` must hold too. */
const when = (condition: SchemaObject, schema: SchemaObject): SchemaObject => ({
  if: { not: condition },
  else: schema,
});

const tuple = (name: SchemaObject, options: SchemaObject): SchemaObject => ({
  type: 'array',
  minItems: 2,
  maxItems: 2,
  items: [name, options],
});

/** JSON Schema of a list of references, for the `schema` of a plugin with a `systems` option. */
export const DRM_SYSTEMS_SCHEMA: SchemaObject = {
  type: 'array',
  items: {
    anyOf: [{ type: 'string' }, { type: 'array' }, { type: 'object' }],
    allOf: [
      // identity has no default URI, so its name alone is not enough
      when({ type: 'string' }, { enum: DRM_SYSTEM_NAMES.filter((name) => name !== 'identity') }),
      when({ type: 'array' }, tuple({ enum: DRM_SYSTEM_NAMES }, { type: 'object' })),
      ...DRM_SYSTEM_NAMES.map((name) => when(tuple({ const: name }, {}), tuple({}, SCHEMAS[name]))),
      when(
        { type: 'object' },
        { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
      ),
    ],
  },
};
