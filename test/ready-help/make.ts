/** Part of `npm run build`: the help of all commands, so that nothing has to be loaded to print it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { READY_HELP } from '../../core/cli/ready-help.ts';
import { helpTexts } from './help-texts.ts';

writeFileSync(join(import.meta.dirname, '../../dist/core/cli', READY_HELP), JSON.stringify(helpTexts()));
