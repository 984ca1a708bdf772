/**
 * The one door to the engine: for plugins, presets and users of the library.
 * What is not exported here may change at any time.
 */

// Running a title
export type { PackageOptions, WorkerOrigin } from './engine/api.ts';
export { packageTitle } from './engine/package-title.ts';
export { serveUnits } from './engine/serve-units.ts';
export type { RunEvent, RunListener } from './contract/events.ts';
export type { ModeReport, Report } from './contract/report.ts';

// Configuration
export { CONTENT_ID_SCHEMA } from './config/content-id.ts';
export { checkConfig } from './config/check.ts';
export { defineConfig } from './config/define.ts';
export { loadConfig } from './config/load.ts';
export { resolveConfig } from './config/resolve.ts';
export type * from './config/types.ts';
export type * from './contract/title-options.ts';

// Writing a plugin
export { checkKeyValues } from './keys/key-values.ts';
export { ContentKey, type ContentKeyData, type ContentKeyParts } from './keys/content-key.ts';
export { type ErrorDetails, fail, isTooManyFiles, PackagerError } from './base/errors.ts';
export type { DemuxRequest, EncryptRequest, Hooks, KeyRequest, ManifestJob } from './contract/hooks.ts';
export { STAGES, type StageName } from './contract/stages.ts';
export { outputName, outputSchema } from './engine/output-name.ts';
export {
  type Carriage,
  type ModeDefinition,
  type ModeHooks,
  Packager,
  type Plugin,
} from './contract/packager.ts';
export { writeReportFile } from './engine/report-file.ts';
export { resultXml } from './result-xml.ts';
export { Run } from './contract/run.ts';
export { safeName } from './base/safe-name.ts';

// Media: tracks, segments, the plan
export { planRenditions, planTracks } from './contract/plan-units.ts';
export type * from './media/timed-track.ts';
export type * from './title/presentation.ts';
export { renditionTrack } from './contract/rendition-track.ts';
export type * from './media/samples.ts';
export type * from './media/segment.ts';
export { readSegment, SegmentReader } from './media/segment-reader.ts';
export { requireDistinctIds } from './title/distinct-ids.ts';
export { type CodedFormat, requireOneCodec } from './title/track-formats.ts';
export { type AudioPick, isAnswered, isChosen, type TrackChoice } from './title/track-choice.ts';
export { type LostTrack, leaveOutLost } from './title/lost-tracks.ts';
export {
  type AudioInfo,
  codecFamily,
  type DolbyInfo,
  describeTrack,
  type SampleFormat,
  type Track,
  type TrackInfo,
  type TrackKind,
  type VideoInfo,
} from './media/track.ts';
export type { Rational } from './base/fraction.ts';
export type * from './contract/rendition.ts';
export type * from './contract/segment-job.ts';
export type * from './contract/unit-plan.ts';

// Codecs
export { type BaseLayerOptions, baseLayerOf } from './codecs/base-layer.ts';
export { ProtectedRanges, type RangeFinder } from './codecs/protected-ranges.ts';
export { createRangeFinder } from './codecs/ranges.ts';

// Protection
export { createAes128Protector } from './protection/aes-128.ts';
export { type CbcsOptions, checkCbcsTrack, createCbcsProtector } from './protection/cbcs.ts';
export { checkCencTrack, createCencProtector } from './protection/cenc.ts';
export type { Protector, ResourceCipher } from './protection/protector.ts';
export { createSampleAesProtector } from './protection/sample-aes.ts';
export { createSubsampleMap, type SubsampleMap, wholeSamples } from './protection/subsamples.ts';

// Containers
export * from './containers/mp4/read/index.ts';
export {
  CBCS_CARRIAGE,
  type CbcsRenditionOptions,
  writeCbcsRendition,
} from './containers/mp4/write/cbcs-rendition.ts';
export { cbcsEncryption, type TrackEncryption } from './containers/mp4/write/sample-entry.ts';
export { checkSegmentIndex } from './containers/mp4/write/sidx.ts';
export { type FragmentedMp4Options, writeFragmentedMp4 } from './containers/mp4/write/write-rendition.ts';
export { checkTsTrack } from './containers/mpegts/write/audio-format.ts';
export { TS_CARRIAGE } from './containers/mpegts/write/carriage.ts';
export { type TsRenditionOptions, writeTsRendition } from './containers/mpegts/write/write-rendition.ts';
export * from './ncg/index.ts';
export * from './containers/packets/index.ts';

// Key documents and key servers
export * from './cpix/index.ts';

// Content ids from a page
export * from './gateway/index.ts';

// DRM systems and manifests
export type { DrmContext, DrmSystem, HlsKey } from './drm/drm-system.ts';
export * from './drm/index.ts';
export {
  iframePlaylist,
  type MediaPlaylistInput,
  mediaPlaylist,
  targetDuration,
} from './manifest/hls-media.ts';
export {
  type HlsRendition,
  type MultivariantPlaylistInput,
  multivariantPlaylist,
} from './manifest/hls-multivariant.ts';
export { type HlsPlaylistOptions, writeHlsPlaylists } from './manifest/hls-playlists.ts';
export { type DashManifestInput, dashManifest } from './manifest/mpd.ts';

// Asking servers
export { isPlainHttp } from './http/loopback.ts';
export {
  type HttpRequest,
  type HttpResponse,
  type HttpSurroundings,
  sendRequest,
  serverWords,
} from './http/index.ts';

// Input and output
export { readSecretFile } from './io/secret-file.ts';
export { createSecretFile } from './io/atomic-file.ts';

export type { ByteSource } from './io/byte-source.ts';
export { openFile } from './io/file-source.ts';
export { makeFolder } from './io/make-folder.ts';
export type { OutputFile, OutputTree } from './io/output-tree.ts';
export { overlap } from './base/overlap.ts';
export { systemReason } from './io/system-reason.ts';
export { findDistrust, isForeign } from './io/trusted-path.ts';
export { writeEncryptedFile } from './io/write-encrypted-file.ts';

// Bytes and XML
export { fromBase64, fromHex, toBase64, toHex, toUuid } from './base/bytes.ts';
export { writeXml, type XmlStyle } from './base/xml/write-xml.ts';
export { type XmlNode, xml } from './base/xml/xml-node.ts';
