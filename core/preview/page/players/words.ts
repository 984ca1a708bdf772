/** What players complain of, in words that they share. */
export const NO_KEY = 'No key: the key source has none of the keys that this title asks for.';
export const BROKEN = 'The browser cannot decode what comes out of decryption.';
export const CODEC = 'This browser cannot play the codecs of this title.';
export const OTHER_BROWSER =
  'Open the address in another browser: HEVC and Dolby Vision play in Safari, and in Edge and Chrome on some machines.';
