/**
 * What to do, in the words of the command line: what the engine says, which knows configs alone, and what users of the
 * command read in its place, with the options, and with the plugins and modes that come with it.
 */
export const COMMAND_WORDS: readonly (readonly [engine: string, command: string])[] = [
  [
    'Write one, or name its file.',
    'Run `sealpack init` to write a packager.config.ts, or name one with --config.',
  ],
  ['List `inputs` in the config.', 'List `inputs` in the config, or pass --input.'],
  ['Add a mode plugin or a preset to the config.', 'Add a mode plugin or a preset, for example pallycon().'],
  ['Add a key plugin to the config.', 'Add a key plugin to packager.config.ts, for example keyLocal().'],
  [
    'Set `contentId` in the config, or add a plugin that names the content.',
    'Set `contentId` in the config, pass --content-id, or add cidFileName().',
  ],
  ['set `overwrite` to replace it.', 'pass --overwrite to replace it.'],
  ['add a demuxer for Matroska.', 'add demuxMkvTs().'],
  ['add a demuxer for MPEG-TS.', 'add demuxMkvTs().'],
  ['add a demuxer for MP4.', 'add demuxMp4().'],
  ['add a demuxer for subtitles.', 'add demuxText().'],
  [
    'a mode that writes fMP4.',
    "a mode that writes fMP4: dash-cenc, cmaf, or hls-aes with container: 'auto'.",
  ],
  ['Leave modes with cbcs out', 'Leave modes with cbcs (hls-aes) out'],
  ['since modes with cenc carry it,', 'since dash-cenc carries it,'],
];

/** A hint for users of the command line. */
export const inCommandWords = (hint: string | undefined): string | undefined =>
  hint && COMMAND_WORDS.reduce((words, [engine, command]) => words.replace(engine, command), hint);
