/** What people are told of a title (`ProgramInformation`, ISO/IEC 23009-1, 5.7), in one language. */
export interface TitleInformation {
  readonly title?: string;
  /** Who made it. */
  readonly source?: string;
  readonly copyright?: string;
  readonly moreInformationUrl?: string;
  /** Absent: of no language. */
  readonly language?: string;
}

/** Data of the session (EXT-X-SESSION-DATA, RFC 8216, 4.3.4.4): a text, or where a JSON file with it is. */
export interface SessionData {
  readonly id: string;
  readonly value?: string;
  readonly uri?: string;
  readonly language?: string;
}

/** Where players are to start unless the user chooses (EXT-X-START, RFC 8216, 4.3.5.2). */
export interface StartPoint {
  /** Seconds from the start of the title; below 0 from its end. */
  readonly offset: number;
  /** Show nothing before it, though the segment begins there. */
  readonly precise?: true;
}

/** A place that has all outputs of the title, in the same folders: the address of what is here the output folder. */
export interface BaseUrl {
  /** With a slash at its end. */
  readonly url: string;
  /** Name of the place, for content steering: @serviceLocation, PATHWAY-ID. */
  readonly id?: string;
}

/** Who says, while a title plays, which of the places to load from (RFC 8216bis, 7; ETSI TS 103 998). */
export interface ContentSteering {
  readonly server: string;
  /** Id of the place to begin with. Absent: any. */
  readonly first?: string;
}

/** What manifests say of a title as a whole; plain data. */
export interface TitleDetails {
  readonly information?: readonly TitleInformation[];
  readonly sessionData?: readonly SessionData[];
  readonly start?: StartPoint;
  readonly baseUrls?: readonly BaseUrl[];
  readonly steering?: ContentSteering;
}

/** The DATA-ID of a title's name, which shaka-player, Cast and Apple's own playlists know. */
export const TITLE_DATA_ID = 'com.apple.hls.title';
/** That of a list of chapters (Apple, Providing JSON chapters). */
export const CHAPTERS_DATA_ID = 'com.apple.hls.chapters';

/** All data of the session that playlists have: the names of the title, and what the config lists. */
export const sessionDataOf = ({ information = [], sessionData = [] }: TitleDetails): SessionData[] => [
  ...information.flatMap(({ title, language }) =>
    title === undefined
      ? []
      : { id: TITLE_DATA_ID, value: title, ...(language !== undefined && { language }) },
  ),
  ...sessionData,
];
