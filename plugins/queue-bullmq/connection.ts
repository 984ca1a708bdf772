import { shownReference } from '../../core/cli/executable.ts';
import { fail } from '../../core/index.ts';

/** Where a queue is kept. */
export interface QueuePlace {
  readonly kind: 'redis' | 'postgres';
  /** May hold a password: never printed. */
  readonly url: string;
  /** What messages show of it. */
  readonly shown: string;
}

export const VARIABLE = 'SEALPACK_QUEUE_URL';

const KINDS: Readonly<Record<string, QueuePlace['kind']>> = {
  'redis:': 'redis',
  'rediss:': 'redis',
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
};

/** What the commands of the queue have in common. */
export interface QueueFlags {
  readonly connection?: string | undefined;
  readonly queue: string;
}

/**
 * Where the queue is, as an option or the environment says.
 * @throws PackagerError INVALID_OPTION when it is no place for a queue, the option holds a password, or no queue may have the name
 */
export function queuePlace(
  { connection: option, queue }: QueueFlags,
  env: Readonly<Record<string, string | undefined>>,
): QueuePlace {
  // Keys in Redis are made of it, and of colons.
  if (queue === '' || queue.includes(':'))
    throw fail.invalidOption(
      `--queue: ${JSON.stringify(queue)} is no name for a queue.`,
      'Give one that is not empty and has no colon, e.g. --queue night-films.',
    );
  const url = option ?? env[VARIABLE];
  if (!url)
    throw fail.missingOption(
      'It is not said where the queue is.',
      `Pass --connection redis://host:6379, or set ${VARIABLE}.`,
    );
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const kind = parsed && KINDS[parsed.protocol];
  if (!parsed || !kind)
    throw fail.invalidOption(
      `${option === undefined ? VARIABLE : '--connection'} is no place for a queue.`,
      'It looks like redis://host:6379, rediss://host:6379 (TLS) or postgres://user@host/database.',
    );
  if (option !== undefined && hasPassword(parsed))
    throw fail.invalidOption(
      '--connection holds a password, which every user of this machine could read there.',
      `Set ${VARIABLE} to the same URL instead, and leave --connection out.`,
    );
  return { kind, url, shown: shownReference(url) };
}

const hasPassword = ({ password, searchParams }: URL): boolean =>
  password !== '' || [...searchParams.keys()].some((name) => /pass|secret|token/i.test(name));
