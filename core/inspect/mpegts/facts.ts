/** What may be wrong or strange about the packets of a transport stream: stable words, for findings. */
export type TransportFactCode =
  /** A continuity counter that is not the next one (ISO/IEC 13818-1, 2.4.3.3): packets are missing. */
  | 'CONTINUITY_JUMP'
  /** A continuity counter that does not go on from the segment before, and no discontinuity is signalled. */
  | 'CONTINUITY_RESTART'
  /** A packet that is there a third time. */
  | 'PACKET_REPEATED'
  /** Bytes that are no packets, between packets. */
  | 'SYNC_LOST'
  /** A segment that does not end with a whole packet. */
  | 'PACKET_CUT'
  /** transport_error_indicator. */
  | 'PACKET_ERROR'
  /** transport_scrambling_control is not 0. */
  | 'PACKET_SCRAMBLED'
  /** A table whose CRC is wrong, or whose lengths are. */
  | 'TABLE_DAMAGED'
  /** A segment without PAT or PMT before its media (RFC 8216, 3.2). */
  | 'TABLES_MISSING'
  /** More than one program. */
  | 'PROGRAMS_SEVERAL'
  /** Program Map Tables that differ, and have one version_number. */
  | 'VERSION_UNCHANGED'
  /** A stream that no program of the first segment had. */
  | 'STREAM_NEW'
  /** A PES packet whose header breaks the rules, or that has other bytes than it says. */
  | 'PES_DAMAGED'
  /** A segment that begins in the middle of a PES packet, or ends there. */
  | 'PES_CUT'
  /** No PTS where one must be. */
  | 'PTS_MISSING'
  /** A decode time that is not later than the one before it. */
  | 'DTS_BACKWARDS'
  /** A PCR that is later than the DTS of what it stands before, or goes back. */
  | 'PCR_WRONG'
  /** More than 100 ms between two PCRs (ISO/IEC 13818-1, 2.7.2). */
  | 'PCR_RARE'
  /** Bytes that are no frame of the stream's codec. */
  | 'FRAME_DAMAGED'
  /** A video PES packet that does not begin with an access unit delimiter (RFC 8216bis; ISO/IEC 13818-1, 2.14.1). */
  | 'DELIMITER_MISSING'
  /** A key of SAMPLE-AES is in force, and the stream_type is that of clear streams: players take it as it is. */
  | 'STREAM_TYPE_CLEAR'
  /** The stream_type is that of SAMPLE-AES, and no key is in force. */
  | 'STREAM_TYPE_PROTECTED'
  /** Descriptors of SAMPLE-AES are missing or say something else than the stream does (Apple, 2.3). */
  | 'SETUP_WRONG'
  /** A segment of AES-128 whose length is not whole blocks, or whose padding is none (RFC 8216, 4.3.2.4): another key, or damage. */
  | 'PADDING_WRONG'
  /** A segment of AES-128 that is no media when it is decrypted: the key or its IV is another one. */
  | 'KEY_WRONG'
  /** Packed audio without the timestamp in front (RFC 8216, 3.4). */
  | 'TIMESTAMP_MISSING'
  /** A stream that SAMPLE-AES does not know, in the clear while a key is in force. */
  | 'STREAM_UNPROTECTED';

/** One of them, and where. */
export interface TransportFact {
  readonly code: TransportFactCode;
  readonly file: string;
  /** Bytes from the start of the file; of AES-128 of what is decrypted in place. */
  readonly offset: number;
  /** Index of the listed segment. */
  readonly segment: number;
  readonly pid: number | undefined;
  /** A sentence that says what is wrong, without its place. */
  readonly message: string;
}

/** How many of one code are kept whole: a damaged file has a fault in every packet. */
const KEPT = 20;

/** Collects facts: the first of each code with their places, of all how many there are. */
export class TransportFacts {
  readonly list: TransportFact[] = [];
  readonly counts = new Map<TransportFactCode, number>();
  readonly #seen = new Set<string>();

  /** Each once, though every reader of a rendition goes over the same packets. */
  add(fact: TransportFact): void {
    const { code, file, offset, pid } = fact;
    const count = this.counts.get(code) ?? 0;
    if (count < KEPT) {
      const key = `${code} ${pid} ${offset} ${file}`;
      if (this.#seen.has(key)) return;
      this.#seen.add(key);
      this.list.push(fact);
    }
    this.counts.set(code, count + 1);
  }
}
