/**
 * The door: what a config, a plugin or a program that packages titles needs. Building blocks of modes and demuxers are in
 * `kit.ts` (`sealpack/kit`); what neither exports may change at any time.
 */

// Running a title
export type { RunEvent, RunListener } from './contract/events.ts';
export type { ModeReport, Report } from './contract/report.ts';
export type { PackageOptions, WorkerOrigin } from './engine/api.ts';
export type { OpenTitle } from './engine/open-title.ts';
export type { TitlePlan } from './engine/plan-title.ts';
export type { PluginLoader } from './engine/serve-units.ts';
export { openTitle, packageTitle, planTitle, publishTitle, serveUnits, writeTitle } from './engine/steps.ts';
export { type PoolOptions, startPool, WorkerPool } from './engine/worker-pool.ts';
export type { WrittenTitle } from './engine/write-title.ts';

// Configuration
export { checkConfig } from './config/check.ts';
export { defineConfig } from './config/define.ts';
export { loadConfig } from './config/load.ts';
export { resolveConfig } from './config/resolve.ts';
export type {
  Builtins,
  Config,
  ConfigContext,
  ConfigFunction,
  ConfigOrigin,
  ConfigOverrides,
  ConfigValue,
  Input,
  InputOptions,
  NameWithOptions,
  PluginReference,
  Preset,
  PresetReference,
} from './config/types.ts';
export type { Reproducible, TitleOptions } from './contract/title-options.ts';

// Writing a plugin
export { type ErrorCode, type ErrorDetails, EXIT, fail, PackagerError } from './base/errors.ts';
export type { DemuxRequest, EncryptRequest, Hooks, KeyRequest, ManifestJob } from './contract/hooks.ts';
export {
  type Carriage,
  type ModeDefinition,
  type ModeHooks,
  Packager,
  type Plugin,
} from './contract/packager.ts';
export { Run } from './contract/run.ts';
export type { StageName } from './contract/stages.ts';
export { ContentKey, type ContentKeyParts } from './keys/content-key.ts';
export { ContentKeySet, type FindKey, type KeyPlace } from './keys/content-key-set.ts';
export { ModeKeys, type PlacedKey } from './keys/mode-keys.ts';

// What goes through the hooks
export type { RenditionResult } from './contract/rendition.ts';
export type { SegmentJob } from './contract/segment-job.ts';
export type { UnitPlan } from './contract/unit-plan.ts';
export type { ByteSource } from './io/byte-source.ts';
export type { InputFacts, InputSource, SourceOptions } from './io/input-source.ts';
export type { OutputTree } from './io/output-tree.ts';
export type { StagedFile, StagedOutput, StagedTree, Store, StoreOptions, TreeFile } from './io/store.ts';
export type { Codec } from './codecs/codec.ts';
export { Codecs } from './codecs/registry.ts';
export type { SampleTable } from './media/samples.ts';
export type { Segment } from './media/segment.ts';
export type { TimedTrack } from './media/timed-track.ts';
export type {
  AudioTrack,
  CodedKind,
  CodedTrack,
  ImageTrack,
  TextTrack,
  Track,
  TrackCodec,
  TrackInfo,
  TrackKind,
  VideoTrack,
} from './media/track.ts';
export type { Protector } from './protection/protector.ts';
export type { InputInfo, Presentation } from './title/presentation.ts';

// DRM systems
export type { DrmContext, DrmSystem, HlsKey } from './drm/drm-system.ts';
export {
  clearkey,
  common,
  type DrmSystemReference,
  fairplay,
  identity,
  marlin,
  playready,
  widevine,
  wiseplay,
} from './drm/index.ts';

// Keys as text
export { fromHex } from './base/bytes.ts';
