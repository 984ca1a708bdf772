/** What a track of a finished file is, read from the file alone. In MPEG-TS a stream of its program. */
export interface MediaTrack {
  /** track_ID, or the PID. */
  readonly id: number;
  readonly kind: 'video' | 'audio' | 'text' | 'image' | 'other';
  /** Ticks a second: 90,000 in MPEG-TS. */
  readonly timescale: number;
  /** As it is coded there: `mdhd` or `elng`, ISO_639_language_descriptor. */
  readonly language: string | undefined;
  /** Values of `kind` boxes (ISO/IEC 14496-12, 8.10.4): scheme, space, value. */
  readonly roles: readonly string[];
  /**
   * What its samples may be: several where formats or keys change, or a lead is clear. In MPEG-TS, which says so where it happens,
   * more are added as segments are read.
   */
  readonly entries: readonly MediaEntry[];
  /** NAL units have start codes, as in MPEG-TS (ITU-T H.264, Annex B), and no lengths. */
  readonly byteStream?: true;
  /** Ticks of media before the presentation begins, by its edit list; below 0: presentation begins so much earlier. */
  readonly mediaStart: number;
}

/** A sample entry (ISO/IEC 14496-12, 8.5.2), or what a program says of a stream. */
export interface MediaEntry {
  /** The four letters of the clear format: `avc1`, though `encv` is written. */
  readonly format: string;
  /** RFC 6381, made from the configuration; `undefined` where that is none that is known. */
  readonly codecs: string | undefined;
  /** The configuration record: the payload of `avcC`, `esds`, …; empty where there is none. */
  readonly config: Uint8Array;
  /** Video, in pixels. */
  readonly width?: number;
  readonly height?: number;
  /** TransferCharacteristics of `colr` (ISO/IEC 23091-2, 8.2). Absent: there is none. */
  readonly transfer?: number;
  /** Audio. */
  readonly channels?: number;
  readonly sampleRate?: number;
  /** What `sinf` says; absent: samples of this entry are clear. */
  readonly protection?: SampleProtection;
}

/** What protects samples: of `tenc`, of a `seig` group, of a playlist's key. */
export interface SampleProtection {
  readonly scheme: 'cenc' | 'cens' | 'cbc1' | 'cbcs' | 'sample-aes' | 'aes-128';
  /** 32 hexadecimal digits in lower case; `undefined`: nothing there says it. */
  readonly kid: string | undefined;
  /** False: such samples are clear, though their entry is protected (`isProtected`). */
  readonly isProtected: boolean;
  /** Bytes: 0, 8 or 16. */
  readonly perSampleIvSize: number;
  /** Absent: each sample has its own. */
  readonly constantIv?: Uint8Array;
  /** Blocks of 16 bytes; both 0: no pattern. */
  readonly cryptBlocks: number;
  readonly skipBlocks: number;
}
