import type { CommandExtension } from '../../core/cli/executable.ts';
import type { DecryptFlags } from './command-actions.ts';

const [HELP, PRINTS_HELP] = ['-h, --help', 'print this help'];

const KEYS = `The key and the IV, 16 bytes each, in hexadecimal or Base64: 64 digits, or
the Base64 of 32 bytes, key first. From --key-file, or from the environment
variable SEALPACK_KEY.`;

/** `sealpack ncg`: look into NCG files and decrypt them. */
export const ncgCommand: CommandExtension = {
  add(program, { shell }) {
    const ncg = program
      .command('ncg')
      .summary('look into NCG files and decrypt them')
      .description('Look into NCG files and decrypt them.')
      .helpOption(HELP, PRINTS_HELP)
      .helpCommand(false);
    ncg
      .command('info <file>')
      .helpOption(HELP, PRINTS_HELP)
      .description('Print what the header of an NCG file says. Needs no key.')
      .action(async (file: string) => (await actions()).ncgInfo(file, shell));
    ncg
      .command('decrypt <file>')
      .helpOption(HELP, PRINTS_HELP)
      .description('Decrypt an NCG file.')
      .requiredOption('--output <file>', 'where to write the media')
      .option('--key-file <file>', 'a file that holds the key; - is standard input')
      .option('--overwrite', 'replace the output file if it exists')
      .addHelpText('after', `\n${KEYS}`)
      .action(async (file: string, flags: DecryptFlags) => (await actions()).ncgDecrypt(file, flags, shell));
  },
};

/** Loaded when it is called: the help of the program does not wait for it. */
const actions = () => import('./command-actions.ts');
