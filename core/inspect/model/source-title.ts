/** The source of a package, as whoever can read it hands it over: what ought to be in the output. */
export interface SourceTitle {
  readonly tracks: readonly SourceTrack[];
}

/** A track of the source: what is compared with the tracks of the output. */
export interface SourceTrack {
  /** How messages name it: `video track 1 of film.mp4`. */
  readonly name: string;
  readonly kind: 'video' | 'audio' | 'text';
  /** The four letters of its sample entry. */
  readonly format: string;
  readonly language: string;
  /** Bytes of a NAL unit's length prefix; 0 for codecs without NAL units. */
  readonly nalLengthSize: number;
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** What decoders have to know of its samples: more than one where that changes on the way; none of text. */
  readonly formats: readonly SourceFormat[];
  /** Seconds on the timeline of the title. */
  readonly duration: number;
  /** Coded samples from its start, in the order of decoding; memory is used again for the next answer. */
  samples(): AsyncGenerator<SourceSamples, void>;
  /** Of text: what is shown, and when. */
  readonly cues?: readonly SourceCue[];
}

/** A sample entry of the source. */
export interface SourceFormat {
  /** Payload of `avcC`, `hvcC`, `dOps` or the like; of AAC the AudioSpecificConfig. */
  readonly config: Uint8Array;
  /** Of video, in pixels: as the entry itself says. */
  readonly width?: number;
  readonly height?: number;
}

/** Samples that lie together: columns, as in `MediaSegment`. */
export interface SourceSamples {
  readonly count: number;
  readonly data: Uint8Array;
  /** Where each begins in `data`; one more, for the end. */
  readonly starts: Uint32Array;
  /** Seconds on the timeline of the title, of presentation. */
  readonly times: Float64Array;
}

export interface SourceCue {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** Without styles, lines separated by a line feed. */
  readonly text: string;
}
