import type { Command } from 'commander';
import type { CommandExtension } from '../../core/cli/executable.ts';
import type { JobsFlags } from './jobs.ts';
import type { SubmitFlags } from './submit.ts';
import type { WorkerFlags } from './worker.ts';

const [HELP, PRINTS_HELP] = ['-h, --help', 'print this help'];

/** Where the queue is, and how it is called. */
const addQueue = (command: Command): Command =>
  command
    .option(
      '--connection <url>',
      'redis://host:6379 or postgres://user@host/database (default: $SEALPACK_QUEUE_URL)',
    )
    .option('--queue <name>', 'the name of the queue', 'sealpack');

const SUBMIT =
  'Put titles into a queue, for workers on any number of machines. A job is plain data: inputs, output, content id, modes. Keys, and ' +
  'whatever else is secret, stay with the workers; a reference with a password or a signature in it is refused. A title that is in the ' +
  'queue already is not put there twice: what makes it the same one is its content id, what is asked of it, and its inputs as they are now.';

const WORKER =
  'Package titles of a queue until it is ended. The config says all that titles have in common: the key source, plugins, presets; each ' +
  'title is laid over it as the options of a command are. SIGTERM and Ctrl-C end it in good order: no further title is begun, those at ' +
  'work are finished, or handed back when the time of --drain is over. A second one ends it at once; then, as after a crash, another ' +
  'worker takes over what it had.';

const JOBS = 'Look at the titles of a queue, and change what becomes of them.';

const WHERE = `The queue is in Redis 6.2 or newer (npm install bullmq ioredis) or in
PostgreSQL 13 or newer (npm install bullmq pg), where \`sealpack jobs migrate\`
makes the tables once. A password belongs into the environment variable
SEALPACK_QUEUE_URL, never into the command line, where every user of the
machine can read it.`;

const EXAMPLES_SUBMIT = `Examples:
  sealpack submit film.mp4 --content-id film --output /mnt/packages/film
  sealpack submit --config catalogue.config.ts --queue night
  sealpack submit --manifest titles.csv --config template.config.ts
  sealpack submit film.mp4 --content-id film --priority 1    before all others`;

const EXAMPLES_WORKER = `Examples:
  sealpack worker --config worker.config.ts --connection redis://queue:6379
  sealpack worker --preset local --until-empty           a batch, and its end
  sealpack worker --config worker.config.ts --metrics 0.0.0.0:9464`;

/** `sealpack submit`, `sealpack worker` and `sealpack jobs`: titles by a queue, on many machines. */
export const queueCommands: CommandExtension = {
  add(program, surroundings) {
    const { addTitle, addList, exit } = surroundings;
    const submit = addList(addTitle(program.command('submit')))
      .summary('put titles into a queue, for workers on many machines')
      .description(SUBMIT)
      .option('--output <dir>', 'the output folder, as workers see it')
      .option('--overwrite', 'replace outputs that exist: packages whole, with all that is in their folders')
      .option('--verify', 'compare what was written with the inputs before it appears')
      .optionsGroup('The queue:');
    addQueue(submit)
      .option('--priority <n>', '1 to 1000000: smaller ones go first (default: 1000)')
      .option('--attempts <n>', 'tries where trying again may help: a server that is down (default: 5)')
      .option('--again', 'begin once more what has failed; what was packaged, with --overwrite')
      .option('--json', 'one JSON object a title')
      .helpOption(HELP, PRINTS_HELP)
      .addHelpText('after', `\n${WHERE}\n\n${EXAMPLES_SUBMIT}`)
      .action(async (inputs: string[], flags: SubmitFlags) =>
        (await import('./submit.ts')).submit(inputs, flags, surroundings),
      );

    const worker = program
      .command('worker')
      .summary('package titles of a queue')
      .description(WORKER)
      .optionsGroup('The titles:')
      .option('--config <file>', 'what lies under every title (default: packager.config.* here or above)')
      .option('--preset <names>', 'built-in presets in place of those of the config; no config is needed')
      .option('--threads <n>', 'threads that write, for all titles together (default: one a processor)')
      .option('--concurrency <n>', 'titles at a time (default: 1)')
      .optionsGroup('The queue:');
    addQueue(worker)
      .option('--lock <s>', 'seconds after which a worker that says nothing counts as dead', '10')
      .option('--drain <s>', 'seconds to finish titles after SIGTERM, before they are handed back', '25')
      .option('--until-empty', 'end when there is nothing left to do; exit status 1 if a title has failed')
      .optionsGroup('What is told:')
      .option('--metrics <host:port>', 'serve /healthz, /readyz and /metrics (Prometheus) there')
      .option('--otel', 'trace by bullmq-otel, to the SDK that `node --import` has set up')
      .option('--json', 'one JSON event a line')
      .helpOption(HELP, PRINTS_HELP)
      .addHelpText('after', `\n${WHERE}\n\n${EXAMPLES_WORKER}`)
      .action(async (flags: WorkerFlags) =>
        exit(await (await import('./worker.ts')).work(flags, surroundings)),
      );

    const jobs = program
      .command('jobs')
      .summary('see what becomes of the titles in a queue')
      .description(JOBS)
      .helpOption(HELP, PRINTS_HELP)
      .helpCommand(false)
      .addHelpText('after', `\n${WHERE}`);
    const job = (words: string, description: string) =>
      addQueue(jobs.command(words).description(description)).helpOption(HELP, PRINTS_HELP);
    job('list', 'Print the titles of the queue: state, progress, result or error.')
      .option('--state <names>', 'only these: waiting, active, delayed, completed, failed')
      .option('--limit <n>', 'at most so many, the newest first (default: 100)')
      .option('--json', 'one JSON object a title, with all that is known of it')
      .action(async (flags: JobsFlags) => (await import('./jobs.ts')).listJobs(flags, surroundings));
    job('retry [ids...]', 'Try titles again that have failed.')
      .option('--failed', 'all that have failed, but for those that were cancelled')
      .action(async (ids: string[], flags: JobsFlags) =>
        exit(await (await import('./jobs.ts')).retryJobs(ids, flags, surroundings)),
      );
    job('cancel [ids...]', 'Take titles out of the queue; of one at work nothing is left behind.')
      .option('--waiting', 'all that nobody has begun')
      .action(async (ids: string[], flags: JobsFlags) =>
        exit(await (await import('./jobs.ts')).cancelJobs(ids, flags, surroundings)),
      );
    job('watch', 'Follow the queue until nothing is left to do; exit status 1 if a title has failed.')
      .option('--json', 'one JSON object a line')
      .action(async (flags: JobsFlags) =>
        exit(await (await import('./watch.ts')).watchJobs(flags, surroundings)),
      );
    job(
      'migrate',
      'Make the tables of BullMQ in PostgreSQL, or bring them up to date. Redis needs none.',
    ).action(async (flags: JobsFlags) => (await import('./jobs.ts')).migrate(flags, surroundings));
  },
};
