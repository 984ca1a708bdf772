import { EXIT, PackagerError } from '../../core/index.ts';
import type { QueuePlace } from './connection.ts';

/** A server that takes connections, and says nothing. */
export const SILENCE = new Error('It does not answer.');

interface Explanation {
  /** The end of a sentence. */
  readonly reason: string;
  readonly hint: string;
}

const IS_IT_RUNNING = 'Check host and port, and that the server is running.';

/** A queue that cannot be opened. Messages of drivers name hosts and users at most; what may hold more is not quoted. */
export function notReady({ shown, kind }: QueuePlace, cause: unknown): PackagerError {
  const { reason, hint } = explain(cause, kind);
  const message = `The queue in ${shown} cannot be used: ${reason}.`;
  return new PackagerError({ code: 'QUEUE_NOT_READY', exit: EXIT.failure, message, hint }, { cause });
}

/**
 * What is told of a failure amid work with a queue: QUEUE_LOST where it is the server's, otherwise the failure itself.
 * @param trouble what was heard of the connection last: the failure may be no more than that there is none
 */
export function lost({ shown, kind }: QueuePlace, cause: unknown, trouble: unknown): unknown {
  if (!isOfServer(cause)) return cause;
  const { reason } = explain(cause === SILENCE && isOfServer(trouble) ? trouble : cause, kind);
  const message = `The queue in ${shown} was lost: ${reason}.`;
  const hint =
    'Run the command again when its server is back: what was put in stays, and nothing is put in twice.';
  return new PackagerError(
    { code: 'QUEUE_LOST', exit: EXIT.failure, message, hint, transient: true },
    { cause },
  );
}

/** Codes of sockets, of PostgreSQL (SQLSTATE; those of BullMQ begin with BM); classes of ioredis; what pg says without either. */
export const isOfServer = (cause: unknown): cause is Error => {
  if (PackagerError.is(cause) || !(cause instanceof Error)) return false;
  const { code, name, message } = cause as NodeJS.ErrnoException;
  return (
    cause === SILENCE ||
    (typeof code === 'string' && /^(E[A-Z]+|(?!BM)[0-9A-Z]{5})$/.test(code)) ||
    /^(ReplyError|AbortError|MaxRetriesPerRequestError)$/.test(name) ||
    IS_CUT.test(message) ||
    /timeout/.test(message)
  );
};

const IS_CUT = /Connection (is closed|terminated)|not queryable/;

function explain(cause: unknown, kind: QueuePlace['kind']): Explanation {
  const { code = '', message = '', name } = (cause instanceof Error ? cause : {}) as NodeJS.ErrnoException;
  const away = (reason: string): Explanation => ({ reason, hint: IS_IT_RUNNING });
  if (name === 'SchemaMigrationRequiredError')
    return {
      reason: 'it has no tables yet',
      hint: 'Run `sealpack jobs migrate` once, as a user who may make a schema.',
    };
  if (name === 'SchemaVersionMismatchError' || name === 'UnsupportedPostgresVersionError')
    return { reason: 'its version does not go with this BullMQ', hint: message };
  if (/NOAUTH|WRONGPASS|NOPERM/.test(message) || /^28/.test(code) || /SASL/.test(message))
    return {
      reason: 'it takes neither this user nor this password',
      hint: 'Set SEALPACK_QUEUE_URL to the URL with both.',
    };
  if (code === 'ECONNREFUSED') return away('the connection was refused');
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return away('its host is not known');
  if (cause === SILENCE || code === 'ETIMEDOUT' || /timeout/.test(message)) return away('it does not answer');
  if (/^(ECONNRESET|EPIPE|57P0\d)$/.test(code) || IS_CUT.test(message)) return away('the connection was cut');
  // The parser of ioredis, when the first byte begins no answer of Redis.
  if (/RESP type|^Protocol error/.test(message))
    return { reason: 'what answers there is no Redis', hint: 'Check host and port.' };
  // Redis begins with a word of its own: OOM, READONLY, LOADING.
  const [word] = name === 'ReplyError' ? (/^[A-Z]{3,}/.exec(message) ?? []) : [];
  return away(`${kind === 'redis' ? 'Redis' : 'PostgreSQL'} says ${code || word || name || 'nothing'}`);
}
