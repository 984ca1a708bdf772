/** Values of attributes (RFC 8216, 4.2). */
const INTEGER = /^\d{1,20}$/;
const DECIMAL = /^\d+(\.\d+)?$/;
const HEXADECIMAL = /^0[xX][0-9a-fA-F]+$/;
const QUOTED = /^"[^"]*"$/;
/** ISO 8601, as a quoted-string. */
const DATE = /^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"$/;
const YES_NO = /^(YES|NO)$/;

/** RFC 8216bis, 7.1. */
const PATHWAY = /^"[\w.-]+"$/;

const KEY = {
  METHOD: /^(NONE|AES-128|SAMPLE-AES|SAMPLE-AES-CTR)$/,
  URI: QUOTED,
  IV: HEXADECIMAL,
  // Of those that package Widevine; others skip what they do not know (RFC 8216, 6.3.1).
  KEYID: HEXADECIMAL,
  KEYFORMAT: QUOTED,
  KEYFORMATVERSIONS: /^"\d+(\/\d+)*"$/,
};

const STREAM = {
  BANDWIDTH: INTEGER,
  'AVERAGE-BANDWIDTH': INTEGER,
  SCORE: DECIMAL,
  CODECS: QUOTED,
  'SUPPLEMENTAL-CODECS': QUOTED,
  RESOLUTION: /^\d+x\d+$/,
  'VIDEO-RANGE': /^(SDR|HLG|PQ)$/,
  'HDCP-LEVEL': /^(TYPE-0|TYPE-1|NONE)$/,
  'ALLOWED-CPC': /^"[^",/]+:[^\s",/]+(\/[^\s",/]+)*(,[^",/]+:[^\s",/]+(\/[^\s",/]+)*)*"$/,
  'PATHWAY-ID': PATHWAY,
};

/** The attributes of each tag that has a list of them, with what their values look like (RFC 8216bis, 4.4). */
const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  'EXT-X-KEY': KEY,
  'EXT-X-SESSION-KEY': KEY,
  'EXT-X-MAP': { URI: QUOTED, BYTERANGE: /^"\d+@\d+"$/ },
  'EXT-X-STREAM-INF': {
    ...STREAM,
    'FRAME-RATE': DECIMAL,
    AUDIO: QUOTED,
    SUBTITLES: QUOTED,
    'CLOSED-CAPTIONS': /^(NONE|"[^"]*")$/,
  },
  'EXT-X-I-FRAME-STREAM-INF': { ...STREAM, URI: QUOTED },
  // Image Media Playlist for HLS 0.4.
  'EXT-X-IMAGE-STREAM-INF': {
    BANDWIDTH: INTEGER,
    'AVERAGE-BANDWIDTH': INTEGER,
    CODECS: /^"(jpeg|png)"$/,
    RESOLUTION: /^\d+x\d+$/,
    URI: QUOTED,
  },
  'EXT-X-TILES': { RESOLUTION: /^\d+x\d+$/, LAYOUT: /^[1-9]\d*x[1-9]\d*$/, DURATION: DECIMAL },
  'EXT-X-MEDIA': {
    TYPE: /^(AUDIO|VIDEO|SUBTITLES|CLOSED-CAPTIONS)$/,
    'GROUP-ID': QUOTED,
    NAME: QUOTED,
    LANGUAGE: QUOTED,
    DEFAULT: YES_NO,
    AUTOSELECT: YES_NO,
    FORCED: YES_NO,
    CHANNELS: QUOTED,
    CHARACTERISTICS: QUOTED,
    'INSTREAM-ID': QUOTED,
    URI: QUOTED,
  },
  'EXT-X-START': { 'TIME-OFFSET': /^-?\d+(\.\d+)?$/, PRECISE: YES_NO },
  'EXT-X-CONTENT-STEERING': { 'SERVER-URI': QUOTED, 'PATHWAY-ID': PATHWAY },
  'EXT-X-SESSION-DATA': { 'DATA-ID': QUOTED, URI: QUOTED, VALUE: QUOTED, LANGUAGE: QUOTED },
  'EXT-X-DATERANGE': {
    ID: QUOTED,
    CLASS: QUOTED,
    'START-DATE': DATE,
    DURATION: DECIMAL,
    'SCTE35-OUT': HEXADECIMAL,
    'SCTE35-IN': HEXADECIMAL,
    'SCTE35-CMD': HEXADECIMAL,
    'X-TITLE': QUOTED,
    'X-VALUE': QUOTED,
    'X-MESSAGE': HEXADECIMAL,
  },
};

/** Tags without a list of attributes, with what follows their names. */
const VALUES: Readonly<Record<string, RegExp>> = {
  EXTM3U: /^$/,
  'EXT-X-VERSION': /^:\d+$/,
  'EXT-X-TARGETDURATION': /^:\d+$/,
  'EXT-X-MEDIA-SEQUENCE': /^:\d+$/,
  'EXT-X-PROGRAM-DATE-TIME': /^:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  'EXT-X-PLAYLIST-TYPE': /^:(VOD|EVENT)$/,
  'EXT-X-I-FRAMES-ONLY': /^$/,
  'EXT-X-IMAGES-ONLY': /^$/,
  'EXT-X-INDEPENDENT-SEGMENTS': /^$/,
  'EXT-X-DISCONTINUITY': /^$/,
  'EXT-X-ENDLIST': /^$/,
  EXTINF: /^:\d+(\.\d+)?,/,
  'EXT-X-BYTERANGE': /^:\d+@\d+$/,
};

/**
 * What is wrong with the letters of a playlist: parsers leave out tags and attributes that they do not know, and read
 * a value with or without its quotes. One that is new here is written down above, with the form that its clause gives it.
 */
export function textFaults(text: string): string[] {
  const faults: string[] = [];
  if (!text.startsWith('#EXTM3U\n')) faults.push('it does not begin with #EXTM3U');
  if (!text.endsWith('\n')) faults.push('its last line has no end');
  for (const line of text.split('\n').slice(0, -1)) {
    const fault = line.startsWith('#') ? tagFault(line) : uriFault(line);
    if (fault) faults.push(`${fault}: ${line.slice(0, 200)}`);
    // Of these only line ends may be there (RFC 8216, 4).
    if (/[\p{Cc}\p{Cs}\ufeff\ufffd]/u.test(line)) faults.push('a control character, or not UTF-8');
  }
  return faults;
}

function tagFault(line: string): string | undefined {
  const [, name = '', rest = ''] = /^#([A-Z0-9-]+)(.*)$/.exec(line) ?? [];
  const value = VALUES[name];
  if (value) return value.test(rest) ? undefined : `not a value of ${name}`;
  const known = ATTRIBUTES[name];
  if (!known) return 'not a tag';
  const list = readAttributes(rest.slice(1));
  if (!list || !rest.startsWith(':')) return 'not a list of attributes';
  const wrong = list.find(([key, of]) => !known[key]?.test(of));
  if (wrong) return `not a value of ${wrong[0]} in ${name}`;
  return new Set(list.map(([key]) => key)).size < list.length ? 'an attribute twice' : undefined;
}

/** A list of attributes as it stands there; `undefined` when it is none. */
export function readAttributes(list: string): [name: string, value: string][] | undefined {
  const found = [...list.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^",\s]+)(?:,|$)/g)];
  const isWhole = found.map(([part]) => part).join('') === list && list !== '' && !list.endsWith(',');
  return isWhole ? found.map(([, name = '', value = '']) => [name, value]) : undefined;
}

/** RFC 3986: what a client may resolve. */
const uriFault = (line: string): string | undefined =>
  /^(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})+$/.test(line) ? undefined : 'not a URI';
