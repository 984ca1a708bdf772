import type { SchemaObject } from 'ajv';
import { fail } from '../base/errors.ts';
import { CODECS } from '../codecs/built-in.ts';
import type { Codec } from '../codecs/codec.ts';
import { Codecs } from '../codecs/registry.ts';
import type { Wrapper } from '../inspect/model/wrapper.ts';
import type { InputSource } from '../io/input-source.ts';
import { Sources } from '../io/sources.ts';
import type { Store } from '../io/store.ts';
import { Stores } from '../io/stores.ts';
import type { KeyFinder } from '../keys/key-finder.ts';
import type { ModeKeys } from '../keys/mode-keys.ts';
import type { TrackTiming } from '../media/timed-track.ts';
import type { CodedTrack } from '../media/track.ts';
import type { InputInfo, Presentation } from '../title/presentation.ts';
import type { Delivery } from './delivery.ts';
import { attribute, createHooks, type Hooks } from './hooks.ts';
import type { Run } from './run.ts';
import type { UnitPlan } from './unit-plan.ts';

/** One addition to the packager: a mode, a key source, a content id, an input format, a report. */
export interface Plugin {
  /** `kind-name`, e.g. `mode-acme`; unique in a run. */
  readonly name: string;
  /**
   * Tap hooks, add modes and codecs. Called once per thread, before anything happens; options are already checked where there is a
   * schema: with the config, or by `packageTitle` and `openTitle`.
   */
  apply(packager: Packager): void;
  /** What the factory was given, to be checked with all the rest of the config. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** JSON Schema of `options`. */
  readonly schema?: SchemaObject;
  /**
   * Templates of the files that it writes beside the modes', as for `writeReportFile`: two titles that would write one
   * file are refused before anything runs.
   */
  readonly files?: readonly string[];
}

/** One way to carry a title: what fits into it, and how the work is cut. */
export interface Carriage {
  /**
   * Codecs it can carry, as sample entry codes; or by a rule, which of those that the packager knows when all plugins are applied
   * (`carriesProtectable`). `undefined`: it does not look into the file.
   */
  readonly carries?: readonly string[] | ((codecs: Codecs) => readonly string[]);
  /** What to do about another codec: completes the sentence "It carries …: ". @default encode it again, or leave the mode out */
  readonly instead?: string;
  /**
   * Look closer at a track of such a codec, before anything is written: at its configuration, or at its first samples.
   * `isProtected` is false where samples stay clear; `timing` says where it is cut.
   * @throws PackagerError for one that it cannot carry after all
   */
  check?(track: CodedTrack, isProtected: boolean, timing: TrackTiming): void | Promise<void>;
  /** It carries subtitles and captions: `plan` makes units of them too, which the `segment` hook writes. @default they are left out */
  readonly text?: true;
  /**
   * It carries key frames for trick play: `plan` makes units of them too, which its manifests tell from renditions. `given`: those that
   * inputs are given for; `any`: also those that are made of renditions, for manifests that cannot point into these. @default they
   * are left out
   */
  readonly trickPlay?: 'given' | 'any';
  /** What of a track it cannot say, though it carries it: a sentence to warn with. */
  losesOf?(track: CodedTrack): string | undefined;
  /**
   * What players must be able to do to play it, for each manifest. Without it nobody can say on which devices it plays: a title with
   * `targets` does not count on this mode.
   */
  readonly delivers?: readonly Delivery[];
  /**
   * Cut the work.
   * @param labelOf the key label of a track, `undefined` for one that stays clear: what is encrypted as a whole, or has one playlist,
   * has to be under one label
   */
  plan(presentation: Presentation, labelOf: (track: CodedTrack) => string | undefined): readonly UnitPlan[];
}

/** What the engine must know of a mode before it runs, and the way in which it would best carry a title. */
export interface ModeDefinition extends Carriage {
  readonly name: string;
  /** As progress and reports name it: `ACME`. */
  readonly title: string;
  /** The word that key requests carry: `cenc`, `sample-aes`, `aes-128`, or a word of its own. */
  readonly scheme: string;
  /** Whether `encrypt` is asked for each track, or once a unit for finished resources. */
  readonly protects: 'samples' | 'resources';
  /** Ids of the DRM systems that its output names to players (UUIDs in lower case): key servers are asked about those. */
  readonly systemIds?: readonly string[];
  /** Further ways, best first: the first that can carry the whole title is taken where the mode's own cannot. */
  readonly otherwise?: readonly Carriage[];
  /** Its folder in the output folder; `undefined`: it writes `files` straight into that. */
  folder?(inputs: readonly InputInfo[]): string;
  /** Top-level files of a mode without a folder. */
  files?(inputs: readonly InputInfo[]): readonly string[];
  /**
   * Its manifests say where thumbnails are (`Presentation.thumbnails`), which the engine copies into its folder. @default it is given
   * none
   */
  readonly thumbnails?: true;
  /** Its files and manifests can tell that keys change between segments. @default it is not given such a title */
  readonly keyRotation?: true;
  /** Its files and manifests can tell that the first segments are clear. @default it is not given such a title */
  readonly clearLead?: true;
  /**
   * Its `segment` hook writes by `writeRendition` or what stands on it, and has no effects but its answer and what is in its output:
   * it may be run in further threads, which make segments of a long unit for the one that writes it. @default one thread makes a unit
   */
  readonly sharesSegments?: boolean;
  /**
   * Look at the keys when the units are planned, before anything is written: whether players can be told of them, say.
   * @throws PackagerError for one that the mode cannot use
   */
  checkKeys?(keys: ModeKeys, units: readonly UnitPlan[], run: Run): void;
}

/** A mode's own taps of the lifecycle. */
export interface ModeHooks {
  readonly encrypt: ReturnType<Hooks['encrypt']['for']>;
  readonly segment: ReturnType<Hooks['segment']['for']>;
  readonly emitManifest: ReturnType<Hooks['emitManifest']['for']>;
}

/** The hook table and the modes, with all plugins applied. Has no state of any run. */
export class Packager {
  readonly hooks: Hooks = createHooks();
  readonly modes: ReadonlyMap<string, ModeDefinition>;
  /** The built-in codecs and those of the plugins. */
  readonly codecs = new Codecs(CODECS);
  /** Where inputs are read from: the local disk, and what plugins add. */
  readonly sources = new Sources();
  /** Where outputs go: the local disk, and what plugins add. */
  readonly stores = new Stores();
  /** Key sources that know keys by their ids, in the order of the plugins. */
  readonly keyFinders: readonly KeyFinder[];
  readonly #keyFinders: KeyFinder[] = [];
  /** Containers of vendors that finished packages may be in, in the order of the plugins. */
  readonly wrappers: readonly Wrapper[];
  readonly #wrappers: Wrapper[] = [];
  readonly #modes = new Map<string, ModeDefinition>();

  /**
   * @param onFault Told of a plugin that cannot be applied; the others are.
   * @throws PackagerError when two plugins have one name, or with what a plugin throws, and its name; not with `onFault`
   */
  constructor(plugins: readonly Plugin[], onFault?: (plugin: Plugin, fault: unknown) => void) {
    this.modes = this.#modes;
    this.keyFinders = this.#keyFinders;
    this.wrappers = this.#wrappers;
    const names = new Set<string>();
    for (const plugin of plugins) {
      try {
        if (names.has(plugin.name)) throw fail.duplicatePlugin(plugin.name);
        names.add(plugin.name);
        this.#apply(plugin);
      } catch (cause) {
        if (!onFault) throw cause;
        onFault(plugin, cause);
      }
    }
  }

  #apply(plugin: Plugin): void {
    try {
      plugin.apply(this);
    } catch (cause) {
      throw attribute(cause, plugin.name);
    }
  }

  /**
   * Add a codec: from then on demuxers know its sample entries, and modes whose rule it answers carry it.
   * @throws PackagerError INVALID_OPTION when another one has its name or a sample entry of it
   */
  codec(codec: Codec): void {
    this.codecs.add(codec);
  }

  /** Add a place that inputs are read from: it is asked before the local disk, whose are all that nobody else accepts. */
  source(source: InputSource): void {
    this.sources.add(source);
  }

  /** Add a place that outputs go to: it is asked before the local disk, whose are all that nobody else accepts. */
  store(store: Store): void {
    this.stores.add(store);
  }

  /** Add a key source that knows keys by their ids: who reads finished packages asks it. */
  keyFinder(finder: KeyFinder): void {
    this.#keyFinders.push(finder);
  }

  /** Add a container that holds whole files, encrypted: who reads finished packages looks into it. */
  wrapper(wrapper: Wrapper): void {
    this.#wrappers.push(wrapper);
  }

  /**
   * Add a mode; answers its own hooks, the same as `hooks.encrypt.for(name)` and so on.
   * @throws PackagerError DUPLICATE_PLUGIN when another one has its name, INVALID_OPTION when it does not say what it protects
   */
  mode(definition: ModeDefinition): ModeHooks {
    const { name } = definition;
    if (this.#modes.has(name)) throw fail.duplicatePlugin(name);
    requireProtects(definition);
    this.#modes.set(name, definition);
    const { encrypt, segment, emitManifest } = this.hooks;
    return { encrypt: encrypt.for(name), segment: segment.for(name), emitManifest: emitManifest.for(name) };
  }
}

/** Plugins in JavaScript have no types: of any other word nobody could say what is to be encrypted, and all would stay clear. */
const PROTECTS: readonly unknown[] = ['samples', 'resources'] satisfies ModeDefinition['protects'][];

function requireProtects({ name, protects }: ModeDefinition): void {
  if (PROTECTS.includes(protects)) return;
  throw fail.invalidOption(
    `Mode ${name} does not say what it encrypts: its \`protects\` is neither 'samples' nor 'resources'.`,
    "Write `protects: 'samples'` where `encrypt` is asked for each track, or `protects: 'resources'` where it is for finished files.",
  );
}
