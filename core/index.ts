/**
 * The one door to the engine: for plugins, presets and users of the library.
 * What is not exported here may change at any time.
 */

// Running a title
export type { PackageOptions, WorkerOrigin } from './engine/api.ts';
export { packageTitle } from './engine/package-title.ts';
export { serveUnits } from './engine/serve-units.ts';
export type { RunEvent, RunListener } from './events.ts';
export type { ModeReport, Report } from './report.ts';

// Configuration
export { CONTENT_ID_SCHEMA } from './config/content-id.ts';
export { checkConfig } from './config/check.ts';
export { defineConfig } from './config/define.ts';
export { loadConfig } from './config/load.ts';
export { resolveConfig } from './config/resolve.ts';
export type * from './config/types.ts';

// Writing a plugin
export { checkKeyValues } from './key-values.ts';
export { ContentKey, type ContentKeyData, type ContentKeyParts } from './content-key.ts';
export { type ErrorDetails, fail, isTooManyFiles, PackagerError } from './errors.ts';
export {
  type DemuxRequest,
  type EncryptRequest,
  type Hooks,
  type KeyRequest,
  type ManifestJob,
  STAGES,
  type StageName,
} from './hooks.ts';
export { outputName, outputSchema } from './output-name.ts';
export { type Carriage, type ModeDefinition, type ModeHooks, Packager, type Plugin } from './packager.ts';
export { writeReportFile } from './report-file.ts';
export { resultXml } from './result-xml.ts';
export { Run } from './run.ts';
export { safeName } from './safe-name.ts';

// Media: tracks, segments, the plan
export { planRenditions, planTracks } from './media/plan-units.ts';
export type * from './media/presentation.ts';
export { renditionTrack } from './media/rendition-track.ts';
export type * from './media/samples.ts';
export type * from './media/segment.ts';
export { readSegment, SegmentReader } from './media/segment-reader.ts';
export { requireDistinctIds } from './media/distinct-ids.ts';
export { type CodedFormat, requireOneCodec } from './media/track-formats.ts';
export { type AudioPick, isAnswered, isChosen, type TrackChoice } from './media/track-choice.ts';
export { type LostTrack, leaveOutLost } from './media/lost-tracks.ts';
export {
  type AudioInfo,
  codecFamily,
  type DolbyInfo,
  describeTrack,
  type Rational,
  type SampleFormat,
  type Track,
  type TrackInfo,
  type TrackKind,
  type VideoInfo,
} from './media/track.ts';
export type * from './media/unit.ts';

// Codecs
export { type BaseLayerOptions, baseLayerOf } from './codecs/base-layer.ts';
export { ProtectedRanges, type RangeFinder } from './codecs/protected-ranges.ts';
export { createRangeFinder } from './codecs/ranges.ts';

// Protection
export { createAes128Protector } from './crypto/aes-128.ts';
export { type CbcsOptions, checkCbcsTrack, createCbcsProtector } from './crypto/cbcs.ts';
export { checkCencTrack, createCencProtector } from './crypto/cenc.ts';
export type { Protector, ResourceCipher } from './crypto/protector.ts';
export { createSampleAesProtector } from './crypto/sample-aes.ts';
export { createSubsampleMap, type SubsampleMap, wholeSamples } from './crypto/subsamples.ts';

// Containers
export * from './mp4/read/index.ts';
export {
  CBCS_CARRIAGE,
  type CbcsRenditionOptions,
  writeCbcsRendition,
} from './mp4/write/cbcs-rendition.ts';
export { cbcsEncryption, type TrackEncryption } from './mp4/write/sample-entry.ts';
export { checkSegmentIndex } from './mp4/write/sidx.ts';
export { type FragmentedMp4Options, writeFragmentedMp4 } from './mp4/write/write-rendition.ts';
export { checkTsTrack } from './mpegts/audio-format.ts';
export { TS_CARRIAGE } from './mpegts/carriage.ts';
export { type TsRenditionOptions, writeTsRendition } from './mpegts/write-rendition.ts';
export * from './ncg/index.ts';
export * from './packets/index.ts';

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
} from './http.ts';

// Input and output
export { readSecretFile } from './io/secret-file.ts';
export { createSecretFile } from './io/atomic-file.ts';

export type { ByteSource } from './io/byte-source.ts';
export { openFile } from './io/file-source.ts';
export { makeFolder } from './io/make-folder.ts';
export type { OutputFile, OutputTree } from './io/output-tree.ts';
export { overlap } from './io/overlap.ts';
export { systemReason } from './io/system-reason.ts';
export { findDistrust, isForeign } from './io/trusted-path.ts';
export { writeEncryptedFile } from './io/write-encrypted-file.ts';

// Bytes and XML
export { fromBase64, fromHex, toBase64, toHex, toUuid } from './bytes.ts';
export { writeXml, type XmlNode, type XmlStyle, xml } from './xml.ts';
