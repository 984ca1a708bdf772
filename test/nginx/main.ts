/** Inputs from and outputs to a real nginx: `npm run test:nginx`, which installs it where it can; exit status 1 when one fails. */
import { command } from '../helpers/commands/command.ts';
import { ensureTools } from '../runner/tools.ts';

const nginx = { name: 'nginx', debian: 'nginx-light', try: () => command('nginx', ['-v']) };
if ((await ensureTools([nginx])).length > 0) process.exitCode = 1;
else await import('./cases.ts');
