/** How bad it is: `error`: a player, or a whole kind of them, fails or something is unprotected; `warning`: some may, or a rule of a platform is broken; `notice`: worth knowing. */
export type Severity = 'error' | 'warning' | 'notice';

/** What a code stands for, whatever file it is found in. */
export interface FindingKind {
  readonly severity: Severity;
  /** Where it is written: `ISO/IEC 23001-7, 8.2`. */
  readonly clause?: string;
  /** How to mend it: a sentence that says what to do. */
  readonly mend: string;
}

/** Where it is. */
export interface FindingPlace {
  /** Relative to the package, with `/`. */
  readonly file: string;
  /** Bytes from the start of the file. */
  readonly offset?: number;
  /** Seconds on the timeline of the package. */
  readonly time?: number;
  /** Which of the package's renditions: the id of its Representation, or the path of its playlist. */
  readonly rendition?: string;
}

/** One thing that is wrong with a package. Plain data, without any key. */
export interface Finding extends FindingPlace, FindingKind {
  /** Stable, in capitals: programs look for it. */
  readonly code: string;
  /** A sentence that says what is wrong, and where. */
  readonly message: string;
  readonly expected?: string;
  readonly found?: string;
  /** In how many places of this rendition it is, of which this is the first; absent: in one. */
  readonly count?: number;
}

/** How sure something is: compared with the source; sound by its form, and by how much; or not looked at, with the reason. */
export type Assurance = 'proved' | 'form' | 'unchecked';

/** What verification says of a part of the package that is in order. */
export interface Claim {
  /** The id of a Representation, the path of a playlist or of a file. */
  readonly rendition: string;
  /** What it is said of: `file` of one that was encrypted as a whole. */
  readonly what: 'samples' | 'cues' | 'images' | 'manifest' | 'file';
  readonly assurance: Assurance;
  /** How many samples, cues or images; of a file its bytes, of a manifest its renditions. */
  readonly count: number;
  /** Why it is not proved; of `form` also how probable it is that a wrong key would have passed. */
  readonly why?: string;
}

/** What is found out about a package: plain data, whole. */
export interface Verification {
  /** `faulty`: at least one finding is an error; `proved`: all that is protected was compared with its source. */
  readonly verdict: 'proved' | 'form' | 'faulty';
  /** One line for people. */
  readonly summary: string;
  readonly findings: readonly Finding[];
  readonly claims: readonly Claim[];
}
