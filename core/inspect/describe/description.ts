/** What a file is, as plain data: texts, numbers, lists. Ids of keys are 32 hexadecimal digits; keys are in none of it. */
export interface FileDescription {
  /** Relative to what was named. */
  readonly path: string;
  readonly bytes: number;
  readonly format: 'mp4' | 'mpeg-ts' | 'packed-audio' | 'webvtt' | 'ttml' | 'srt' | 'other';
  readonly mp4?: Mp4Description;
  readonly transport?: TransportDescription;
  readonly text?: TextDescription;
  /** What readers of inputs, and of vendors' formats, know of another one. */
  readonly other?: OtherDescription;
  /** What keeps it from being read any further: all else is what was read before. */
  readonly damage?: Damage;
}

export interface Damage {
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** A sentence. */
  readonly message: string;
}

/** Name and value, for people. */
export type NamedValue = readonly [name: string, value: string];

/** MP4, a segment of it too. */
export interface Mp4Description {
  readonly brands: readonly {
    readonly type: string;
    readonly major: string;
    readonly compatible: readonly string[];
  }[];
  /** Top-level boxes by type, in the order of their first. */
  readonly boxes: readonly { readonly type: string; readonly count: number; readonly bytes: number }[];
  /** `undefined`: there is no `moov`: a media segment. */
  readonly isFragmented?: boolean;
  /** The first sample data lie before `moov`: players have to read the end first. */
  readonly isMovieLast?: true;
  /** Seconds of the longest track. */
  readonly duration: number;
  readonly tracks: readonly Mp4TrackDescription[];
  readonly fragments?: FragmentsDescription;
  /** Of `moov` and of fragments, each once. */
  readonly pssh: readonly PsshDescription[];
  readonly indexes: readonly IndexDescription[];
  readonly events: EventsDescription;
  /** What does not add up in auxiliary information, though samples can be read: the first of them. */
  readonly faults: readonly { readonly kind: string; readonly offset: number; readonly message: string }[];
}

export interface FragmentsDescription {
  readonly count: number;
  readonly firstSequence?: number;
  /** Seconds of those of the first track. */
  readonly shortest?: number;
  readonly longest?: number;
  /** Of a segment without `moov`: what its fragments say of tracks. */
  readonly tracks?: readonly {
    readonly id: number;
    readonly samples: number;
    readonly decodeTime?: number;
    readonly encrypted: boolean;
  }[];
}

export interface Mp4TrackDescription {
  readonly id: number;
  readonly kind: string;
  readonly handler: string;
  readonly timescale: number;
  readonly language?: string;
  readonly roles: readonly string[];
  readonly entries: readonly EntryDescription[];
  readonly samples: number;
  readonly bytes: number;
  /** Seconds. */
  readonly duration: number;
  /** Bits a second on average. */
  readonly bitRate: number;
  /** Seconds between them; of tracks in which not every sample is one. */
  readonly keyFrames?: { readonly count: number; readonly shortest: number; readonly longest: number };
  readonly edits: readonly { readonly duration: number; readonly mediaTime: number; readonly rate: number }[];
  /** Seconds of media before the presentation begins; below 0: so much later. */
  readonly mediaStart: number;
  readonly protection?: ProtectionDescription;
}

/** A sample entry. */
export interface EntryDescription {
  readonly format: string;
  readonly codecs?: string;
  readonly width?: number;
  readonly height?: number;
  readonly channels?: number;
  readonly sampleRate?: number;
  readonly samples: number;
  readonly encryption?: EncryptionDescription;
}

export interface EncryptionDescription {
  readonly scheme: string;
  readonly kid?: string;
  /** Bytes of the IV of each sample; 0: it is constant. */
  readonly ivBytes: number;
  /** Blocks encrypted and skipped. */
  readonly pattern?: readonly [crypt: number, skip: number];
}

/** What of a track goes through the cipher. */
export interface ProtectionDescription {
  readonly samples: number;
  readonly bytes: number;
  /** Seconds that are clear before the first protected sample. */
  readonly clearLead: number;
  readonly hasSubsamples: boolean;
  /** Which key is in force from when on, in order; `kid` is absent where samples are clear. */
  readonly periods: readonly { readonly start: number; readonly samples: number; readonly kid?: string }[];
  /** How many more there are. */
  readonly morePeriods?: number;
}

export interface PsshDescription {
  readonly systemId: string;
  readonly system?: string;
  readonly version: number;
  readonly kids: readonly string[];
  /** Bytes from the start of the file, of the first; in how many places it is. */
  readonly offset: number;
  readonly count: number;
  /** What is in its data. */
  readonly facts: readonly NamedValue[];
  readonly faults: readonly string[];
}

export interface IndexDescription {
  readonly offset: number;
  readonly segments: number;
  /** Seconds. */
  readonly duration: number;
  readonly longest: number;
  /** Segments that begin with a stream access point. */
  readonly accessPoints: number;
}

export interface EventsDescription {
  readonly count: number;
  /** The first of them. */
  readonly first: readonly {
    readonly scheme: string;
    readonly value: string;
    readonly time: number;
    readonly duration: number;
    readonly id: number;
  }[];
}

/** MPEG-TS or packed audio. */
export interface TransportDescription {
  readonly packets: number;
  readonly streams: readonly StreamDescription[];
  /** Seconds between the first and the last presentation time; absent: there are none. */
  readonly duration?: number;
  /** Of 90 kHz. */
  readonly firstTime?: number;
  readonly bitRate?: number;
}

export interface StreamDescription {
  readonly pid: number;
  /** stream_type of the Program Map Table; absent in packed audio. */
  readonly streamType?: number;
  readonly kind: string;
  readonly codec: string;
  readonly codecs?: string;
  readonly language?: string;
  readonly width?: number;
  readonly height?: number;
  readonly channels?: number;
  readonly sampleRate?: number;
  /** Its type says that it is in SAMPLE-AES. */
  readonly encrypted: boolean;
}

export interface TextDescription {
  readonly cues: number;
  /** Seconds. */
  readonly first?: number;
  readonly end?: number;
  readonly language?: string;
}

export interface OtherDescription {
  /** `Matroska`, `a PNG image`. */
  readonly name: string;
  readonly tracks: readonly {
    readonly id: number;
    readonly kind: string;
    readonly facts: readonly NamedValue[];
  }[];
  readonly facts: readonly NamedValue[];
  /** Why it cannot be packaged, where that keeps it from being described further: sentences. */
  readonly notes?: readonly string[];
}

/** What others know of a file, and where they had to end. */
export interface FoundOther {
  readonly other: OtherDescription;
  readonly damage?: Damage;
}

/** A manifest with what it lists. */
export interface ManifestDescription {
  readonly path: string;
  readonly kind: 'mpd' | 'hls';
  readonly duration?: number;
  readonly renditions: readonly RenditionDescription[];
  readonly variants: readonly VariantDescription[];
  readonly keys: readonly KeyLineDescription[];
  /** Sentences: what breaks its syntax. */
  readonly faults: readonly string[];
}

export interface RenditionDescription {
  readonly id: string;
  readonly kind: string;
  readonly set?: string;
  readonly codecs: readonly string[];
  readonly bandwidth?: number;
  readonly averageBandwidth?: number;
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: number;
  readonly channels?: string;
  readonly sampleRate?: number;
  readonly language?: string;
  readonly label?: string;
  readonly roles: readonly string[];
  readonly characteristics: readonly string[];
  readonly segments: number;
  /** Seconds. */
  readonly duration: number;
  readonly longest: number;
  /** Files it is in, and the first. */
  readonly files: number;
  readonly file?: string;
  readonly keys: readonly KeyLineDescription[];
}

/** What says which key protects something: EXT-X-KEY, ContentProtection. */
export interface KeyLineDescription {
  /** METHOD, or the scheme of a ContentProtection. */
  readonly method: string;
  readonly system?: string;
  readonly kids: readonly string[];
  /** Segments it is in force for; absent where it is for all. */
  readonly segments?: number;
}

export interface VariantDescription {
  readonly playlist: string;
  readonly isTrick: boolean;
  readonly bandwidth: number;
  readonly averageBandwidth?: number;
  readonly codecs: readonly string[];
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: number;
  readonly audio?: string;
  readonly subtitles?: string;
  readonly videoRange?: string;
}

/** All of what was named. It stands as JSON where programs ask for it: within a version it only grows. */
export interface Description {
  readonly version: 1;
  /** As it was named. */
  readonly name: string;
  readonly manifests: readonly ManifestDescription[];
  readonly files: readonly FileDescription[];
  /** Files of a folder that were not looked into, by what their names end with. */
  readonly others: readonly { readonly ending: string; readonly count: number; readonly bytes: number }[];
}
