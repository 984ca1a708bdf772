/**
 * The door: what a config, a plugin of keys, DRM systems or reports, and a program that packages titles need. What modes,
 * demuxers, sources, stores and codecs are made of is in `kit.ts` (`sealpack/kit`); what neither exports may change at any time.
 */

// Running a title
export type { RunEvent, RunListener } from './contract/events.ts';
export type { KeyUse, ModeReport, Report, StageTiming } from './contract/report.ts';
export type { Finding, Verification } from './inspect/findings/finding.ts';
export type { PackageOptions } from './engine/api.ts';
export type { OpenTitle } from './engine/open-title.ts';
export type { TitlePlan } from './engine/plan-title.ts';
export { openTitle, packageTitle, planTitle, publishTitle, serveUnits, writeTitle } from './engine/steps.ts';
export { WorkerPool } from './engine/worker-pool.ts';
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
  ConfigOverrides,
  ConfigValue,
  Input,
  InputOptions,
  PlacedRow,
  PluginReference,
  Preset,
  PresetReference,
  TargetReference,
  TitleRow,
} from './config/types.ts';
export type { Target } from './contract/target.ts';
export type { Reproducible, TitleOptions } from './contract/title-options.ts';

// Writing a plugin
export { type ErrorCode, type ErrorDetails, EXIT, fail, PackagerError } from './base/errors.ts';
export type { Hooks, KeyRequest } from './contract/hooks.ts';
export { Packager, type Plugin } from './contract/packager.ts';
export { Run } from './contract/run.ts';
export type { StageName } from './contract/stages.ts';
export { ContentKey, type ContentKeyParts } from './keys/content-key.ts';
export { ContentKeySet } from './keys/content-key-set.ts';
export type { KeyFinder } from './keys/key-finder.ts';

// What goes through the hooks
export type { Track } from './media/track.ts';

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
