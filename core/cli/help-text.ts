/** The parts of the help that teach; at most 80 columns wide. */

export const EXAMPLES = `Examples:
  sealpack init                     write a packager.config.ts to start from
  sealpack                          package what packager.config.ts says
  sealpack --mode dash-cenc,hls-aes --overwrite
                                    only these modes, again
  sealpack plan                     show what that would write; write nothing
  sealpack verify out               compare what was written with the inputs
  sealpack preview out --config packager.config.ts
                                    play what was written, in a browser
  sealpack inspect out              what these files are: tracks, keys, boxes
  sealpack clean out                remove what killed runs have left there
  sealpack movie.mp4 --preset local --output out
                                    no config: keys of the local key store
  sealpack hi.mp4 mid.mp4 lo.mp4 --preset local
                                    one adaptive set of three renditions
  sealpack s3://masters/film.mp4 --preset local --output s3://films/film
                                    from bucket to bucket, or from https://…
  sealpack run --manifest titles.csv --resume
                                    a title for each row; what is there stays`;

export const INPUTS = `Inputs:
  What a file is, its content says, not its name. A title takes the first video
  track of every file, and one audio track a language and codec. Subtitles are
  files of WebVTT, SubRip and TTML, or tracks of the others. To choose, and to
  say what a track is, give an object among the \`inputs\` of the config:
  { file: 'fr.m4a', language: 'fr' }, { file: 'en.srt', sdh: true }
  or { file: 'film.mkv', video: false, audio: ['en', 3] }. What a mode cannot
  carry is refused, with what to do; --mode chooses modes.`;

export const IN_THE_CONFIG = `In the config alone:
  keys, keyRotation, clearLead      which tracks share a key, when keys change,
                                    what stays clear at the start
  markers, captions                 ad breaks, chapters, cues; closed captions
  thumbnails, trickPlay             images for seek bars, pictures to search by
  information, sessionData, start   what manifests say of the title
  baseUrls, contentSteering         where its files will be, and who steers
  priority                          of a list, who goes first: smaller numbers`;

export const KEYS = `Keys:
  A key source is a plugin in the config. keyLocal() makes keys the first time
  and keeps them in a file that only you can read; keyManual() takes them from
  the config, which reads secrets from the environment. Keys are never options:
  everyone on the machine can see the command lines of running programs.`;

export const DEVICES = `Devices:
  --target (\`targets\` in the config) says what a title must play on: safari,
  ios, apple-tv, chrome, edge, firefox, android, android-4.4, android-tv,
  fire-tv, chromecast, chromecast-ultra, tizen, webos, roku, xbox,
  playready-sl150, playready-sl2000, playready-sl3000, playready-4,
  windows-sl3000, hls-4. A title that one of them can play in none of its modes
  is refused, with what to choose instead.`;

export const EXIT_STATUSES = `Exit status:
  0  everything was written     4  the output could not be written, or is there
  1  it failed otherwise        5  no key, or not a valid one
  2  wrong options or config    6  verification has found errors
  3  wrong input                130  cancelled with Ctrl-C (143: SIGTERM);
                                     what was not complete is removed
  Of several titles, the status is that of the first that failed. One that is
  there already, and not older than its inputs, is passed over in a list.

SEALPACK_DEBUG=1 adds stack traces to errors. NO_COLOR=1 turns colours off.`;
