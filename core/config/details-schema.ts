import type { SchemaObject } from 'ajv';
import { defined } from '../base/defined.ts';
import { languageTag } from '../base/language-tag.ts';
import { ONE_LINE_PATTERN, PRINTABLE_PATTERN } from '../base/printable.ts';
import { folderUrl, reachableUri, webUrl } from '../base/web-url.ts';
import type {
  BaseUrl,
  SessionData,
  StartPoint,
  TitleDetails,
  TitleInformation,
} from '../media/title-details.ts';
import { conditional } from './conditional-schema.ts';

/** What people are told of a title: the `ProgramInformation` of MPDs, and `com.apple.hls.title` in playlists. */
export interface InformationOptions {
  readonly title?: string | undefined;
  /** Who made it; in MPDs. */
  readonly source?: string | undefined;
  /** In MPDs. */
  readonly copyright?: string | undefined;
  /** In MPDs. */
  readonly moreInformationUrl?: string | undefined;
  /** Of these texts, BCP 47 or ISO 639-2. @default not said */
  readonly language?: string | undefined;
}

/** Data for players, in multivariant playlists: a text, or where a JSON file with it is. */
export interface SessionDataOptions {
  /** In the order of domains: `com.acme.rating`. */
  readonly id: string;
  readonly value?: string | undefined;
  /** Absolute, or beside the multivariant playlist. */
  readonly uri?: string | undefined;
  /** Of the text, BCP 47 or ISO 639-2. @default not said */
  readonly language?: string | undefined;
}

/** Where players of HLS start. */
export interface StartOptions {
  /** Seconds from the start of the title; below 0 from its end. */
  readonly offset: number;
  /** Show nothing of the segment that is before it. @default false */
  readonly precise?: boolean | undefined;
}

/** A place that has the title: the address of the output folder there, and a name for content steering. */
export interface BaseUrlOptions {
  readonly url: string;
  readonly id?: string | undefined;
}

/** Who tells players which place to load from. */
export interface ContentSteeringOptions {
  /** Address of the steering server's answer. */
  readonly server: string;
  /** Id of the base URL to begin with. @default the first */
  readonly default?: string | undefined;
}

/** The fields of a config that manifests say something of as a whole. */
export interface DetailFields {
  /** What people are told of the title; a list where it is told in several languages. @default nothing */
  readonly information?: InformationOptions | readonly InformationOptions[] | undefined;
  /** Data for players of HLS (`EXT-X-SESSION-DATA`); an MPD has no word for it. @default none */
  readonly sessionData?: readonly SessionDataOptions[] | undefined;
  /** Where players of HLS start (`EXT-X-START`); an MPD has no word for it. @default at the start */
  readonly start?: StartOptions | undefined;
  /**
   * Where the output folder will be, for manifests that are not beside their media: a base URL, or several places with the same
   * files. MPDs have each as `BaseURL`, multivariant playlists have variants of each. @default beside the manifests
   */
  readonly baseUrls?: readonly (string | BaseUrlOptions)[] | undefined;
  /** A server that tells players which of the base URLs to load from; each needs an `id`. @default none */
  readonly contentSteering?: ContentSteeringOptions | undefined;
}

const url = {
  type: 'string',
  format: 'web-url',
  description: 'an http or https URL, without user name and password',
};
const folder = {
  type: 'string',
  format: 'folder-url',
  description: 'an http or https URL of a folder, without user name, password, query and fragment',
};
// Allowed letters of a PATHWAY-ID (RFC 8216bis, 7.1).
const placeId = {
  type: 'string',
  pattern: '^[A-Za-z0-9._-]{1,64}$',
  description: 'a name of letters, digits, ".", "-" and "_"',
};

const text = {
  type: 'string',
  pattern: PRINTABLE_PATTERN,
  maxLength: 2000,
  description: 'a text of one line',
};
const quotableText = {
  ...text,
  pattern: ONE_LINE_PATTERN,
  description: 'a text of one line without straight quotation marks, which playlists cannot hold',
};

const closed = (
  properties: Record<string, SchemaObject>,
  required: readonly string[] = [],
): SchemaObject => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
  additionalProperties: false,
});

/** @param language the schema of a language */
export function detailSchemas(language: SchemaObject) {
  const tag = { ...language, format: 'language-tag' };
  const information = {
    ...closed({
      title: quotableText,
      source: text,
      copyright: text,
      moreInformationUrl: url,
      language: tag,
    }),
    minProperties: 1,
    description: 'an object with a title, a source, a copyright or an address',
  };
  return {
    information: conditional(
      { type: 'array' },
      { type: 'array', items: information, minItems: 1 },
      information,
    ),
    sessionData: {
      type: 'array',
      description: 'a list such as [{ id: "com.acme.rating", value: "12" }]',
      items: closed(
        {
          id: {
            type: 'string',
            pattern: '^[A-Za-z0-9-]+(\\.[A-Za-z0-9_-]+)+$',
            maxLength: 200,
            description: 'an id below a domain of your own, such as "com.acme.rating"',
          },
          value: quotableText,
          uri: {
            type: 'string',
            format: 'reachable-uri',
            description: 'an http or https URL without user name and password, or a path beside the playlist',
          },
          language: tag,
        },
        ['id'],
      ),
    },
    start: {
      description: 'an object such as { offset: 30 }, in seconds',
      ...closed(
        {
          offset: {
            type: 'number',
            minimum: -1e7,
            maximum: 1e7,
            description: 'seconds from the start of the title, or below 0 from its end',
          },
          precise: { type: 'boolean' },
        },
        ['offset'],
      ),
    },
    baseUrls: {
      type: 'array',
      items: conditional({ type: 'string' }, folder, {
        description: 'a URL, or an object such as { url: "https://cdn.example/", id: "a" }',
        ...closed({ url: folder, id: placeId }, ['url']),
      }),
      minItems: 1,
      description: 'a list of URLs such as ["https://cdn.example/"]',
    },
    contentSteering: {
      description: 'an object such as { server: "https://steer.example/", default: "a" }',
      ...closed({ server: url, default: placeId }, ['server']),
    },
  } as const satisfies Record<keyof DetailFields, SchemaObject>;
}

/** Names of these fields. */
export const DETAIL_FIELDS = [
  'information',
  'sessionData',
  'start',
  'baseUrls',
  'contentSteering',
] as const satisfies readonly (keyof DetailFields)[];

/** Formats of the schemas above, by name. */
export const DETAIL_FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  'web-url': (text) => webUrl(text) !== undefined,
  'folder-url': (text) => folderUrl(text) !== undefined,
  'reachable-uri': (text) => reachableUri(text) !== undefined,
  'language-tag': (text) => text.toLowerCase() === 'und' || languageTag(text) !== undefined,
};

/** As the engine has them; `undefined`: nothing is said. Of fields that are right by their schemas. */
export function detailsOf(fields: DetailFields): TitleDetails | undefined {
  const { information, sessionData, start, contentSteering: steering } = fields;
  const baseUrls = fields.baseUrls?.map(
    (one): BaseUrl =>
      typeof one === 'string'
        ? { url: folderUrl(one)! }
        : { url: folderUrl(one.url)!, ...(one.id !== undefined && { id: one.id }) },
  );
  const first = steering?.default ?? baseUrls?.[0]?.id;
  const details: TitleDetails = {
    ...(information && { information: [information].flat().map(informationOf) }),
    ...(sessionData && {
      sessionData: sessionData.map(
        ({ uri, ...own }): SessionData => ({
          ...(defined(own) as Omit<SessionData, 'uri'>),
          ...(uri !== undefined && { uri: reachableUri(uri)! }),
        }),
      ),
    }),
    ...(start && { start: startOf(start) }),
    ...(baseUrls && { baseUrls }),
    ...(steering && {
      steering: { server: webUrl(steering.server)!, ...(first !== undefined && { first }) },
    }),
  };
  return Object.keys(details).length > 0 ? details : undefined;
}

const informationOf = ({ moreInformationUrl, ...own }: InformationOptions): TitleInformation => ({
  ...(defined(own) as Omit<TitleInformation, 'moreInformationUrl'>),
  ...(moreInformationUrl !== undefined && { moreInformationUrl: webUrl(moreInformationUrl)! }),
});

const startOf = ({ offset, precise }: StartOptions): StartPoint => ({
  offset,
  ...(precise && { precise: true }),
});
