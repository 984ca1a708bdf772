import type { XmlNode } from '../../base/xml/xml-node.ts';
import type { PlaceOfBytes } from './places.ts';

/** What one manifest of a package says: an MPD, or a multivariant playlist with its media playlists. */
export interface ListedPackage {
  /** Path of the MPD, the multivariant playlist, a media playlist that stands alone, or a file of media that no manifest names. */
  readonly manifest: string;
  readonly kind: 'mpd' | 'hls' | 'file';
  /** Seconds; `undefined`: it does not say. */
  readonly duration: number | undefined;
  readonly renditions: readonly ListedRendition[];
  /** Variants of a multivariant playlist; empty in an MPD. */
  readonly variants: readonly ListedVariant[];
  /** Key lines that stand for the title as a whole: EXT-X-SESSION-KEY. */
  readonly sessionKeys: readonly ListedKey[];
  /** What breaks the syntax of its manifests; all else in them was read. Absent: nothing does. */
  readonly faults?: readonly ListedFault[];
  /** Addresses elsewhere that it names its files at, which were read from the package itself. Absent: none. */
  readonly elsewhere?: readonly string[];
  /** Each playlist that was read, the multivariant one first, for rules about tags. Absent in an MPD. */
  readonly playlists?: readonly ListedPlaylist[];
  /** The MPD as it is written, with lines, for rules about elements. Absent in HLS. */
  readonly document?: XmlNode;
}

/** A fault of syntax, as a fact: whoever makes findings of these says how bad it is. */
export interface ListedFault {
  /** The manifest, relative to the package. */
  readonly path: string;
  /** From 1; `undefined`: of the file as a whole. */
  readonly line: number | undefined;
  /** A stable word in capitals: `ATTRIBUTE_SYNTAX`, `URI_MISSING`. */
  readonly rule: string;
  /** A sentence that says what is wrong, and where. */
  readonly text: string;
}

/** A playlist (RFC 8216) as it is written. */
export interface ListedPlaylist {
  readonly path: string;
  readonly isMultivariant: boolean;
  /** All tags of a multivariant playlist; of a media playlist those that are not of one segment or its key. */
  readonly tags: readonly ListedTag[];
}

/** A line that begins with `#EXT`. */
export interface ListedTag {
  /** Without the `#`: `EXT-X-MEDIA`. */
  readonly name: string;
  /** From 1. */
  readonly line: number;
  /** What is behind the colon; empty where there is none. */
  readonly value: string;
  /** Of tags with an attribute list: values without their quotes. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** A Representation, or a media playlist. */
export interface ListedRendition {
  /** The id of the Representation, or the path of the playlist: it names the rendition in findings. */
  readonly id: string;
  /** The manifest that lists it: the MPD, or its own playlist. */
  readonly manifest: string;
  /** `trick`: of pictures for trick play alone: an I-frame playlist, a trick mode Adaptation Set. */
  readonly kind: 'video' | 'audio' | 'text' | 'image' | 'trick' | 'unknown';
  /** Which others a player may switch to: the id of the Adaptation Set, or the GROUP-ID. */
  readonly set: string | undefined;
  readonly mimeType: string | undefined;
  /** As the manifest says them; of HLS those of its variants that are of this rendition's kind. */
  readonly codecs: readonly string[];
  /** Bits a second. */
  readonly bandwidth: number | undefined;
  readonly averageBandwidth: number | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Pictures a second. */
  readonly frameRate: number | undefined;
  /** `2`, `6`, as AudioChannelConfiguration or CHANNELS says it. */
  readonly channels: string | undefined;
  readonly sampleRate: number | undefined;
  readonly language: string | undefined;
  readonly roles: readonly string[];
  readonly characteristics: readonly string[];
  readonly label: string | undefined;
  /** Ticks a second, and the media time in ticks at which the presentation begins (presentationTimeOffset). */
  readonly timescale: number;
  readonly presentationTimeOffset: number;
  /** The init segment, EXT-X-MAP; `undefined`: there is none. */
  readonly init: PlaceOfBytes | undefined;
  /** Where `sidx` is said to be (SegmentBase@indexRange). */
  readonly index: PlaceOfBytes | undefined;
  /** In order. Of an MPD with SegmentBase alone those of `sidx`: `isIndexed`. */
  readonly segments: readonly ListedSegment[];
  readonly isIndexed: boolean;
  /** Each segment can be decoded alone, as the manifest says (startWithSAP 1 or 2, EXT-X-INDEPENDENT-SEGMENTS). */
  readonly independent: boolean;
  /** Protection of an MPD's Representation, with what its Adaptation Set says. HLS says it by segment. */
  readonly protection: readonly ListedProtection[];
  /** Target duration of a media playlist, in whole seconds. */
  readonly targetDuration: number | undefined;
  /** Images of a thumbnail track: grid of each file. */
  readonly tiles: ListedTiles | undefined;
  /** TransferCharacteristics that an MPD says (ISO/IEC 23091-2, 8.2). Absent: none. */
  readonly transfer?: number;
  /** Which period of an MPD it is in, from 0. Absent: the only one. */
  readonly period?: number;
  /** Where its manifest names it, from 1: of its Representation, its EXT-X-MEDIA or EXT-X-STREAM-INF. */
  readonly line?: number;
}

/** How thumbnails lie in each image of a rendition. */
export interface ListedTiles {
  readonly columns: number;
  readonly rows: number;
  /** Size of one in pixels, and how long it is shown, as EXT-X-TILES says it; absent: nothing does, or images differ. */
  readonly width?: number;
  readonly height?: number;
  readonly seconds?: number;
}

/** A segment as a manifest lists it. */
export interface ListedSegment {
  readonly place: PlaceOfBytes;
  /** Seconds on the timeline of the package. */
  readonly start: number;
  readonly duration: number;
  /** Keys in force, one for each DRM system; empty: it is clear, or an MPD says nothing by segment. */
  readonly keys: readonly ListedKey[];
  /** The init segment in force, where it changes within a playlist. */
  readonly init: PlaceOfBytes | undefined;
  /** EXT-X-DISCONTINUITY before it. */
  readonly discontinuity: boolean;
  /** Media sequence number, or $Number$. */
  readonly number: number;
  /** EXT-X-GAP: there is nothing at its place, and players must not ask for it. */
  readonly isGap?: boolean;
  /** Milliseconds since 1970: EXT-X-PROGRAM-DATE-TIME of this segment itself. */
  readonly dateTime?: number;
  /** Of its URI in the playlist, or of its `S` or `SegmentURL`, from 1. */
  readonly line?: number;
}

/** EXT-X-KEY or EXT-X-SESSION-KEY (RFC 8216, 4.3.2.4). */
export interface ListedKey {
  readonly method: string;
  readonly uri: string | undefined;
  readonly iv: Uint8Array | undefined;
  readonly keyFormat: string;
  readonly keyFormatVersions: string | undefined;
  /** KEYID, or a key id that the URI, the `pssh` or the PlayReady header in it names. 32 hexadecimal digits. */
  readonly kid: string | undefined;
  /** From 1. */
  readonly line?: number;
}

/** A ContentProtection element (ISO/IEC 23009-1, 5.8.4.1). */
export interface ListedProtection {
  /** In lower case. */
  readonly schemeIdUri: string;
  readonly value: string | undefined;
  /** cenc:default_KID, 32 hexadecimal digits. */
  readonly defaultKid: string | undefined;
  /** `pssh` boxes in it. */
  readonly pssh: readonly Uint8Array[];
  /** PlayReady object of mspr:pro. */
  readonly pro: Uint8Array | undefined;
  /** Key ids where cenc:default_KID lists several: all of them, `defaultKid` is the first. */
  readonly kids?: readonly string[];
  /** Where it says that licences are: `dashif:Laurl`, `clearkey:Laurl`, `ms:laurl`. */
  readonly licenseUrl?: string;
  /** From 1. */
  readonly line?: number;
}

/** EXT-X-STREAM-INF or EXT-X-I-FRAME-STREAM-INF. */
export interface ListedVariant {
  /** Path of its playlist. */
  readonly playlist: string;
  readonly isTrick: boolean;
  readonly bandwidth: number;
  readonly averageBandwidth: number | undefined;
  readonly codecs: readonly string[];
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly frameRate: number | undefined;
  readonly audio: string | undefined;
  readonly subtitles: string | undefined;
  readonly videoRange: string | undefined;
  /** From 1. */
  readonly line?: number;
}
