import { type ErrorDetails, error, PackagerError } from './packager-error.ts';

/** What is wrong with a config, with options, or with what they ask for. */
export const configFailures = {
  invalidConfig: (where: string, complaints: readonly string[]) =>
    error('INVALID_CONFIG', `${where} is not valid:\n${indented(complaints)}`),
  noConfig: (folder: string) =>
    error(
      'NO_CONFIG',
      `No configuration was found in ${folder} or above it.`,
      'Write one, or name its file.',
    ),
  configNotLoaded: (path: string, reason: string, cause?: unknown) =>
    error('CONFIG_NOT_LOADED', `${path} could not be loaded: ${reason}`, undefined, cause),
  /** Of a file that lists titles. @param where it, and the line */
  manifestNotRead: (where: string, reason: string, hint?: string) =>
    error('CONFIG_NOT_LOADED', `${where}: ${reason}`, hint),
  missingEnvironment: (names: readonly string[]) => {
    const [one, several] = [names.join(''), names.length > 1];
    const last = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
    return error(
      'MISSING_ENVIRONMENT',
      `The environment variable${several ? `s ${last} are` : ` ${one} is`} not set.`,
      `Set ${several ? 'them' : one} before running, for example: ${names.map((name) => `${name}=…`).join(' ')} sealpack`,
    );
  },
  invalidOption: (what: string, hint?: string) => error('INVALID_OPTION', what, hint),
  missingOption: (what: string, hint?: string) => error('MISSING_OPTION', what, hint),
  surplusOption: (what: string, hint?: string) => error('SURPLUS_OPTION', what, hint),
  noParameters: (what: string) => error('NO_PARAMETERS', what),
  noContentId: () =>
    error(
      'NO_CONTENT_ID',
      'No plugin gave a content id.',
      'Set `contentId` in the config, or add a plugin that names the content.',
    ),
  duplicatePlugin: (name: string) =>
    error('DUPLICATE_PLUGIN', `Two plugins are named "${name}".`, 'Remove one of them from `plugins`.'),
  /** @param shown how the message names it */
  unknownMode: (shown: string, hint: string) => error('UNKNOWN_MODE', `There is no mode ${shown}.`, hint),
  targetNotServed: (what: string, hint: string) => error('TARGET_NOT_SERVED', what, hint),
  /** @param known which sources there are, as the end of a sentence */
  noSource: (scheme: string, known: string) =>
    error(
      'INVALID_OPTION',
      `No source reads ${scheme}: inputs: ${known}.`,
      `Copy the file to this machine, or add a plugin whose source reads ${scheme}: references.`,
    ),
  /** @param known which stores there are, as the end of a sentence */
  noStore: (scheme: string, known: string) =>
    error(
      'INVALID_OPTION',
      `No store takes ${scheme}: outputs: ${known}.`,
      `Choose a folder of this machine, or add a plugin whose store takes ${scheme}: locations.`,
    ),
  outputsClash: (what: string, hint: string) => error('OUTPUTS_CLASH', what, hint),
  /** Several of these at once; the codes are those of the first. */
  several: (head: string, lines: readonly string[], { code, exit }: ErrorDetails) =>
    new PackagerError({ code, exit, message: `${head}\n${indented(lines)}` }),
} as const;

const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n');
