/**
 * What to do, in the words of the command line: from what the engine says, which knows configs and nothing of options and
 * of the plugins that come with us.
 */
const COMMAND_WORDS: ReadonlyMap<string, string> = new Map([
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
  [
    'Choose another output folder, or set `overwrite` to replace it.',
    'Choose another output folder, or pass --overwrite to replace it.',
  ],
]);

/** A hint for users of the command line. */
export const inCommandWords = (hint: string | undefined): string | undefined =>
  hint === undefined ? undefined : (COMMAND_WORDS.get(hint) ?? hint);
