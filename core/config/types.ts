import type { SchemaObject } from 'ajv';
import type { Plugin } from '../contract/packager.ts';
import type { Target } from '../contract/target.ts';
import type { Reproducible } from '../contract/title-options.ts';
import type { KeyPolicy } from '../keys/label-policy.ts';
import type { Role } from '../media/roles.ts';
import type { CodedKind } from '../media/track.ts';
import type { AudioPick } from '../title/track-choice.ts';
import type { CaptionOptions } from './caption-schema.ts';
import type { DetailFields } from './details-schema.ts';
import type { MarkerOptions } from './marker-schema.ts';
import type { ThumbnailOptions } from './thumbnail-schema.ts';

/**
 * A file of a title: its path, or a `file:` URL; or, where not all of it is wanted or a language is missing, an object.
 *
 * @example
 * inputs: [
 *   'movie.mp4',
 *   { file: 'french.m4a', language: 'fr' }, // sound of its own, whose file does not say its language
 *   { file: 'multi.mp4', video: false, audio: ['en', 'pt'] }, // only these languages of it, and no picture
 *   { file: 'described.m4a', language: 'en', roles: 'description', label: 'English, with description' },
 *   { file: 'english.vtt', language: 'en', sdh: true }, // subtitles, for the deaf and hard of hearing
 * ]
 */
export type Input = string | URL | InputOptions;

/** Named as the rest of a config is: `file` as wherever a file is named, `video` and `audio` as in `clear`. */
export interface InputOptions {
  /** Path, relative to the config file, or a `file:` URL. */
  readonly file: string | URL;
  /** `false`: no video of this file; or the id of the one to take (track_ID, track number, PID). @default the first */
  readonly video?: number | false | undefined;
  /**
   * `false`: no audio of this file; or the languages (BCP 47 or ISO 639-2; `pt` takes `por` and `pt-BR` too) and ids of the tracks
   * to take. Their order is that of the title: players start with the first. @default all
   */
  readonly audio?: AudioPick | readonly AudioPick[] | false | undefined;
  /**
   * The language of the audio that is taken, or of the text where no audio is; BCP 47 or ISO 639-2, whatever the file says.
   * @default the file's own
   */
  readonly language?: string | undefined;
  /** What they are for, as `language` of audio, text or video; roles of text are of text. @default what the file says */
  readonly roles?: Role | readonly Role[] | undefined;
  /** What players call it in their menus. @default made from the language and the roles */
  readonly label?: string | undefined;
  /** For whom it is, by names such as `public.accessibility.describes-video`; roles and `sdh` add theirs. @default everyone */
  readonly characteristics?: string | readonly string[] | undefined;
  /** `true`: the one of its kind to play unless the user chooses. @default the first that is not for a few alone */
  readonly default?: boolean | undefined;
  /** The text is shown though nobody has chosen subtitles: it translates what is foreign to the film itself. @default false */
  readonly forced?: boolean | undefined;
  /** The text is for the deaf and hard of hearing. @default false */
  readonly sdh?: boolean | undefined;
  /**
   * It is no rendition, but for trick play: a file of key frames of the same title, one or two a second, that players show while
   * somebody searches. Nothing else is said of it, and nothing but its video taken. @default false
   */
  readonly trickPlay?: boolean | undefined;
  /** How good its pictures are beside those of the other inputs, the higher the better: given of all of them, or of none. @default not said */
  readonly score?: number | undefined;
}

/** What a preset may set: everything but further presets. A value of `undefined` sets nothing. */
export interface ConfigFields extends DetailFields {
  /** Names the content: 1 to 200 bytes of UTF-8. @default asked of the plugins (`resolveCid`) */
  readonly contentId?: string | undefined;
  /**
   * Media files, relative to the config file; those with video are the renditions of one adaptive set, the others add
   * sound, one track a language and codec, and subtitles (WebVTT, SubRip, TTML).
   */
  readonly inputs?: readonly Input[] | undefined;
  /** Output folder, relative to the config file. @default 'out' */
  readonly output?: string | undefined;
  /** Run only these of the configured modes, by name. @default all */
  readonly modes?: readonly string[] | undefined;
  /** Target length of a segment in seconds, 0.5 to 60, for all modes. @default 6 */
  readonly segmentDuration?: number | undefined;
  /** Kinds of tracks that stay clear, by intention: `['audio']`. @default [] */
  readonly clear?: readonly CodedKind[] | undefined;
  /**
   * Which tracks share a key: `'one'` for all; `'audio-video'`; `'by-quality'` of pictures, or limits of your own; or a function that
   * answers a track's label. What is encrypted under one label has one key in each crypto period. @default 'one'
   */
  readonly keys?: KeyPolicy | undefined;
  /** Change keys every so many seconds, at cuts of segments: at least `segmentDuration`, at most 86,400. @default never */
  readonly keyRotation?: number | undefined;
  /** Leave segments clear that start before so many seconds, at most 3600. @default 0 */
  readonly clearLead?: number | undefined;
  /**
   * Closed captions (CEA-608, CEA-708) in the pictures: what the list says, in place of what is found; `false`: none.
   * @default what is found at the start and at places along the title
   */
  readonly captions?: readonly CaptionOptions[] | false | undefined;
  /**
   * Breaks for advertisements, chapters and cues: a list, or a JSON or YAML file with one, relative to the config file. The title is
   * cut there as well, where it has key frames. @default what SCTE 35 and `emsg` of the first input that has any say
   */
  readonly markers?: string | readonly MarkerOptions[] | undefined;
  /**
   * Images for seek bars: a folder of them with an interval, or several such sets of other sizes. They are copied as they are, beside
   * the media, and MPD, playlists and a WebVTT file say where each is. @default none
   */
  readonly thumbnails?: ThumbnailOptions | readonly ThumbnailOptions[] | undefined;
  /**
   * Let MPDs have pictures for trick play, made of the key frames of the smallest rendition under each key, in files of their own;
   * where an input is given for it in their codec, that is taken. Playlists have I-frame playlists anyway. @default false
   */
  readonly trickPlay?: boolean | undefined;
  /**
   * What the title is to play on: names of built-in targets, or values of your own. One that can play none of the modes is refused,
   * before anything is written. @default nothing is asked
   */
  readonly targets?: readonly TargetReference[] | undefined;
  /** Replace outputs that exist. @default false */
  readonly overwrite?: boolean | undefined;
  /**
   * Read all that was written again before it becomes visible: decrypt it, compare each sample with the inputs, check what manifests
   * say. Errors end the title, and nothing appears. @default false
   */
  readonly verify?: boolean | undefined;
  /**
   * Write a receipt beside the outputs, last of all: sizes, checksums, key ids and inputs in a hidden file, by which a run that is repeated
   * knows that the title needs no work. @default where the store of the outputs wants one, on a disk false
   */
  readonly receipt?: boolean | undefined;
  /** Worker threads, at most 64; 0 keeps everything in one. @default as many as there are processors, none for a small title */
  readonly workers?: number | undefined;
  /** Of a list and of a queue titles with smaller numbers are begun first, 1 to 1,000,000; of equal ones in their order. @default 1000 */
  readonly priority?: number | undefined;
  /** For tests and audits. @default chance and the clock of the system */
  readonly reproducible?: Reproducible | undefined;
  /** Plugins: made by a factory call, or by name with options. They follow those of the presets. */
  readonly plugins?: readonly PluginReference[] | undefined;
}

/** What a `packager.config.*` file holds. */
export interface Config extends ConfigFields {
  /** Presets, by name or as values; merged first, in order. A list of a name and an object is one preset. */
  readonly preset?: PresetReference | readonly PresetReference[] | undefined;
}

/** A partial config. It may carry its own options and their schema, to be checked with the rest of the config. */
export interface Preset extends ConfigFields {
  readonly name?: string;
  /** Plugins of further modes, `mode-<name>`: they run only where `modes` names them. */
  readonly offers?: readonly PluginReference[];
  readonly options?: Readonly<Record<string, unknown>>;
  /** JSON Schema of `options`. */
  readonly schema?: SchemaObject;
}

/** A name with options, as JSON and YAML configs write it. */
export type NameWithOptions = readonly [name: string, options: Readonly<Record<string, unknown>>];

/** A plugin value; or a name, or a name with options, of a built-in plugin. */
export type PluginReference = Plugin | string | NameWithOptions;

/** A family of devices that a title is to play on, or the name of a built-in one. */
export type TargetReference = Target | string;

/** A partial config, or the name of a built-in preset, or a name with options. */
export type PresetReference = Preset | string | NameWithOptions;

/** The plugins, presets and targets that a config may call by name. The composition root hands them in. */
export interface Builtins {
  readonly plugins: Readonly<Record<string, (options: never) => Plugin>>;
  readonly presets: Readonly<Record<string, (options: never) => Preset>>;
  readonly targets?: Readonly<Record<string, Target>>;
}

/** What the command line sets: stronger than the config. Relative paths start at the working directory. */
export interface ConfigOverrides
  extends Pick<
    ConfigFields,
    | 'contentId'
    | 'inputs'
    | 'output'
    | 'modes'
    | 'segmentDuration'
    | 'clear'
    | 'targets'
    | 'overwrite'
    | 'verify'
    | 'receipt'
    | 'workers'
  > {
  /** Names of built-in presets, in place of the config's. */
  readonly preset?: readonly string[] | undefined;
}

/**
 * One title of a batch, laid over a template, which is a config of one title: its fields replace those of the template. Plain data,
 * as JSON has them, so that it can come from a file, another program or a queue: `keys` is never a function, inputs are no `URL`
 * objects. Further columns fill the placeholders of the template: `output: 'out/{season}'`.
 *
 * @example
 * { contentId: 'film-1', inputs: ['film-1.mp4'], season: 3 }
 */
export interface TitleRow extends Omit<ConfigFields, 'plugins' | 'reproducible'> {
  /** A text or a number for `{column}` in the template's strings; one that no placeholder asks for is refused. */
  readonly [column: string]: unknown;
}

/** A row, and where it is from. It can be cloned. */
export interface PlacedRow {
  readonly row: TitleRow;
  /** Where its relative paths start: the folder of its file. */
  readonly base: string;
  /** How messages name it: `titles.csv, line 3`. */
  readonly where: string;
}

/** Where a title's plugins come from, so that a worker thread can make the same ones. It can be cloned. */
export interface ConfigOrigin {
  /** The config file; `undefined` for an empty config (command line only). */
  readonly path: string | undefined;
  /** Which title of the file, from 0. */
  readonly index: number;
  readonly overrides: ConfigOverrides;
  /** The row that is laid over it, which is a template then. */
  readonly row?: PlacedRow | undefined;
  /** `LoadedConfig.scripts`: spares the worker the compiler. */
  readonly scripts: ReadonlyMap<string, string>;
}

/** What `defineConfig` gives to a function. */
export interface ConfigContext {
  /** The value of an environment variable. @throws PackagerError that names the variable when it is unset or empty. */
  required(name: string): string;
  /** The value of an environment variable, or the fallback when it is unset or empty. */
  optional(name: string): string | undefined;
  optional(name: string, fallback: string): string;
}

/** One title, or a list of titles. */
export type ConfigValue = Config | readonly Config[];
/** A config that is made when it is loaded: environment variables come through its argument. */
export type ConfigFunction = (context: ConfigContext) => ConfigValue | Promise<ConfigValue>;
