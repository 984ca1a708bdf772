/**
 * Building blocks for writers of modes, key sources and demuxers: `sealpack/kit`. What a config or a small plugin needs is in
 * `index.ts`. This door has a version of its own, `KIT_VERSION`: a minor release of Sealpack may change what is here.
 */

/** Raised whenever something of the kit changes in a way that breaks who uses it. */
export const KIT_VERSION = 3;

// Bytes, XML, errors
export { concat, copyBytes, fromBase64, toBase64, toHex, toUuid, view } from './base/bytes.ts';
export { isTooManyFiles } from './base/errors.ts';
export { overlap } from './base/overlap.ts';
export { giveBack, spoil } from './base/reused-memory.ts';
export { updateInPlace } from './base/update-in-place.ts';
// Files and names
export { bytes as bytesFigure, count as countFigure, duration as durationFigure } from './base/figures.ts';
export { safeName } from './base/safe-name.ts';
export { childrenOf, readXml, textOf } from './base/xml/read-xml.ts';
export { writeXml, type XmlStyle } from './base/xml/write-xml.ts';
export { type XmlNode, xml } from './base/xml/xml-node.ts';
export { largest, minOf } from './base/largest.ts';
export { isXmlText, printableXml, xmlText } from './base/xml/xml-rules.ts';
// Codecs
export type { AccessPoint, AccessPointReader } from './codecs/access-point.ts';
export type { Codec, ConfigFacts, DescribedEntry } from './codecs/codec.ts';
export type { NalRole, NalRoleReader, NalRules } from './codecs/nal/rules.ts';
export type { CodedPicture, Colours, PictureFormat } from './codecs/picture-format.ts';
export { carriesProtectable, Codecs } from './codecs/registry.ts';
// Encryption
export { ProtectedRanges, type RangeFinder } from './codecs/protected-ranges.ts';
export { createRangeFinder } from './codecs/ranges.ts';
export { CONTENT_ID_SCHEMA, isContentId, MAX_CONTENT_ID } from './config/content-id.ts';
// Containers
export * from './containers/mp4/read/index.ts';
export {
  CBCS_CARRIAGE,
  type HlsFragmentsOptions,
  writeHlsFragments,
} from './containers/mp4/write/hls-rendition.ts';
export { cbcsEncryption, cencEncryption, type TrackEncryption } from './containers/mp4/write/sample-entry.ts';
export { checkSegmentIndex } from './containers/mp4/write/sidx.ts';
export { type FragmentedMp4Options, writeFragmentedMp4 } from './containers/mp4/write/write-rendition.ts';
export { checkTsTrack } from './containers/mpegts/write/audio-format.ts';
export { TS_CARRIAGE } from './containers/mpegts/write/carriage.ts';
export type { FragmentedTextOptions } from './containers/mp4/write/text-rendition.ts';
export { HLS_TEXT_SCHEMA, type HlsText, writeHlsText } from './containers/hls-text.ts';
export type { WebvttOptions } from './containers/webvtt/write-rendition.ts';
export { writeFragmentedText, writeWebvtt } from './containers/text-renditions.ts';
export { type TsRenditionOptions, writeTsRendition } from './containers/mpegts/write/write-rendition.ts';
export type { IFrame, MuxedSegment, Muxer } from './containers/muxer.ts';
export * from './containers/packets/index.ts';
export { hlsPlace, type SegmentFilesChoice, type SegmentLayout } from './containers/segment-files.ts';
export { encryptInPieces } from './containers/resource-encryption.ts';
export { type RenditionOptions, type SegmentIndex, writeRendition } from './containers/write-rendition.ts';
// Segments and samples
export { firstIv } from './contract/first-iv.ts';
export { planRenditions, planTracks } from './contract/plan-units.ts';
export type { RenditionResult, RenditionTrack, SegmentRows } from './contract/rendition.ts';
export { renditionTrack } from './contract/rendition-track.ts';
export type { ProtectedTrack, SegmentJob } from './contract/segment-job.ts';
export type { TrackRef, UnitPlan } from './contract/unit-plan.ts';
// Key documents, key servers, other servers
export { nearest } from './config/wording.ts';
export * from './cpix/index.ts';
// Manifests and what they say of keys
export {
  contentProtection,
  DRM_SYSTEMS_SCHEMA,
  pssh,
  psshElement,
  resolveDrmSystems,
  type SignalledSystem,
  withSignalling,
} from './drm/index.ts';
export { keyUri } from './drm/key-uri.ts';
export { type KeySignals, keySignals, type SignallingFacts } from './drm/key-signals.ts';
export {
  hlsKeys,
  psshBoxes,
  requireHlsSystem,
  systemsIn,
} from './drm/signal-keys.ts';
export { outputName, outputSchema } from './engine/output-name.ts';
export { writeReportFile } from './engine/report-file.ts';
export {
  type HttpClient,
  type HttpClientOptions,
  type HttpHeaders,
  type HttpRequest,
  type HttpResponse,
  type HttpSink,
  type HttpSurroundings,
  openClient,
  sendRequest,
  serverWords,
} from './http/index.ts';
export { followRedirects, REDIRECTS, type RedirectRules } from './http/redirects.ts';
export { takeCredentials } from './http/basic-credentials.ts';
export { isPlainHttp } from './http/loopback.ts';
export { isUnanswered, retold } from './http/retold.ts';
export { secretsOf } from './http/server-words.ts';
export { WEB_OPTIONS, type WebAccess, type WebQuestion, webHeaders } from './http/web-access.ts';
export { ByteWindow } from './io/byte-window.ts';
export { createSecretFile } from './io/atomic-file.ts';
export { openFile } from './io/file-source.ts';
export { fileTree } from './io/file-tree.ts';
export { SyncQueue } from './io/sync-queue.ts';
export { localPath, NotLocal } from './io/local-path.ts';
export { makeFolder } from './io/make-folder.ts';
export { inTurns } from './base/in-turns.ts';
export { percentDecoded } from './base/percent-decoded.ts';
export { mediaType } from './io/media-type.ts';
export type { OutputFile, OutputTree } from './io/output-tree.ts';
export { type PartTreeOptions, type PartUpload, partTree } from './io/part-tree.ts';
export { type BlockSourceOptions, blockSource } from './io/block-source.ts';
export { type RangeSourceOptions, rangeSource } from './io/range-source.ts';
export { readSecretFile } from './io/secret-file.ts';
export { type Processes, type ProcessState, seenProcesses } from './io/processes.ts';
export { Staging } from './io/staging/staging.ts';
export { systemReason } from './io/system-reason.ts';
export { inTemporaryFolder, makeTemporaryFolder, requireTemporarySpace } from './io/temporary-folder.ts';
export { findDistrust, isForeign } from './io/trusted-path.ts';
export { derivedId } from './keys/derived-id.ts';
export { keyBytes, keyFromText, keyIdBytes } from './keys/key-text.ts';
export { checkKeyValues } from './keys/key-values.ts';
export type { KeySignalling, SystemSignalling } from './keys/signalling.ts';
export {
  iframePlaylist,
  type MediaPlaylistInput,
  mediaPlaylist,
  targetDuration,
} from './manifest/hls-media.ts';
export { type HlsThumbnails, imagePlaylist } from './manifest/hls-thumbnails.ts';
export {
  type HlsRendition,
  type MultivariantPlaylistInput,
  multivariantPlaylist,
} from './manifest/hls-multivariant.ts';
export { withVariantsChecked } from './manifest/check-variants.ts';
export { type HeightRange, PAIRING_SCHEMA, type PairingOptions, pairingOf } from './manifest/hls-pairing.ts';
export type { HlsPlaylistOptions } from './manifest/hls-playlists.ts';
export { writeHlsPlaylists } from './manifest/playlists.ts';
export { type DashManifestInput, dashManifest } from './manifest/mpd.ts';
export type { Cue, TextDocument } from './text/cue.ts';
export { readTextDocument } from './text/read-text.ts';
export { SNIFFED, textFormat } from './text/sniff.ts';
export { ROLES, type Role } from './media/roles.ts';
export type { InputMarker } from './media/markers.ts';
export type { ImageFormat, ThumbnailSet } from './media/thumbnails.ts';
export type { SampleColumns, SampleTable } from './media/samples.ts';
export type { SampleEncryption, Segment, Subsamples } from './media/segment.ts';
export { readSegment } from './title/read-segment.ts';
export { SegmentReader } from './title/segment-reader.ts';
export type { TimedTrack, TrackTiming } from './media/timed-track.ts';
export {
  type AudioInfo,
  type AudioTrack,
  codecFamily,
  type CodedKind,
  type CodedTrack,
  describeTrack,
  type ImageTrack,
  isCoded,
  type TextTrack,
  type TextTrackInfo,
  type TrackCodec,
  type TrackInfo,
  type TrackKind,
  type VideoInfo,
  type VideoTrack,
} from './media/track.ts';
export { createAes128Protector } from './protection/aes-128.ts';
export { type CbcsOptions, checkCbcsTrack, createCbcsProtector } from './protection/cbcs.ts';
export { checkCencTrack, createCencProtector } from './protection/cenc.ts';
export type { CipherRecipe, EncryptApart, EncryptedApart } from './crypto/cipher-thread.ts';
export { type ApartCipher, type Protector, type ResourceCipher, withApart } from './protection/protector.ts';
export { createSampleAesProtector } from './protection/sample-aes.ts';
export { createSubsampleMap, type SubsampleMap, wholeSamples } from './protection/subsamples.ts';
// Choosing tracks
export { requireDistinctIds } from './title/distinct-ids.ts';
export { type LostTrack, leaveOutLost } from './title/lost-tracks.ts';
export type { InputInfo, Presentation, SegmentGrid } from './title/presentation.ts';
export {
  type AudioPick,
  type DeclaredFacts,
  isAnswered,
  isChosen,
  type TrackChoice,
} from './title/track-choice.ts';
export { type CodedFormat, requireOneCodec } from './title/track-formats.ts';
// Running titles from a program
export type { ConfigOrigin, NameWithOptions } from './config/types.ts';
export type { PoolOptions } from './engine/worker-pool.ts';
export type { PluginLoader } from './engine/serve-units.ts';
export type { WorkerOrigin } from './engine/api.ts';
// What a mode is, and what its hooks are told
export { ModeKeys, type PlacedKey } from './keys/mode-keys.ts';
export type { FindKey, KeyPlace, WantedPlace } from './keys/content-key-set.ts';
export type { LabelUse } from './keys/label-uses.ts';
export type { Carriage, ModeDefinition, ModeHooks } from './contract/packager.ts';
export type { DeliveredEncryption, DeliveredIv, Delivery, ManifestFormat } from './contract/delivery.ts';
export type { DemuxRequest, EncryptRequest, ManifestJob } from './contract/hooks.ts';
// Inputs and outputs: sources and stores
export type {
  CleanOptions,
  FoundRun,
  StagedFile,
  StagedOutput,
  StagedTree,
  Store,
  StoreOptions,
  TreeFile,
} from './io/store.ts';
export { Patience } from './io/patience.ts';
export type { FileChecksum } from './io/checksum.ts';
export {
  isReceiptName,
  parseReceipt,
  type ReceiptFile,
  type ReceiptInput,
  type ReceiptKey,
  receiptName,
  type TitleReceipt,
} from './io/title-receipt.ts';
export type { InputFacts, InputSource, SourceOptions } from './io/input-source.ts';
export type { ByteSource } from './io/byte-source.ts';
// Finished packages: as inputs, and in containers of vendors
export { type ClearMp4Options, clearMp4 } from './inspect/clear-mp4.ts';
export type { Unwrapped, Wrapper } from './inspect/model/wrapper.ts';
export type { KeyLookup } from './inspect/model/track-reader.ts';
