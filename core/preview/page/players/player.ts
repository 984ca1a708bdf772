/** Something of a title that a viewer may choose. */
export interface Choice {
  readonly id: string;
  readonly label: string;
}

/** What can be chosen, and what is. */
export interface Choices {
  readonly all: readonly Choice[];
  /** The id of the one that plays; `undefined`: none. */
  readonly chosen: string | undefined;
}

/** What went wrong, for people. */
export interface Problem {
  /** A sentence that says what is wrong. */
  readonly what: string;
  /** A sentence that says what to do. */
  readonly mend?: string;
  /** The player's own word for it. */
  readonly code: string;
  /**
   * `keys`, `files`: one is missing, the server knows which. `decoding`: the browser could not decode what it was given, which a wrong
   * key may have decrypted.
   */
  readonly isOf?: 'keys' | 'files' | 'decoding';
}

/** What a player loads. */
export interface Playable {
  /** Of the manifest. */
  readonly url: string;
  /** Where to ask for something that a manifest names. @param url absolute */
  addressFor(url: string): string;
}

/** What a player tells while it plays. */
export interface PlayerEvents {
  /** @param problem it cannot go on, or a part of the title is lost */
  onProblem(problem: Problem): void;
  /** A key came as its bytes, without EME. */
  onKey(kid: string): void;
}

/** A real player under one face. */
export interface Player {
  /** With its version. */
  readonly name: string;
  renditions(): Choices;
  /** Whether the player chooses renditions by itself. */
  isAutomatic(): boolean;
  /** @param id `undefined`: the player is to choose */
  chooseRendition(id: string | undefined): void;
  audio(): Choices;
  chooseAudio(id: string): void;
  text(): Choices;
  /** @param id `undefined`: none */
  chooseText(id: string | undefined): void;
  destroy(): Promise<void>;
}
