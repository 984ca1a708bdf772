import { ContentKeySet, fail, type Plugin } from '../../core/index.ts';
import { keyFromText } from '../../core/kit.ts';
import { runProgram } from './run-program.ts';

/** Options of `keyCommand`. */
export interface KeyCommandOptions {
  /**
   * The program and its arguments, started as they are, without a shell. What is asked is in the environment: SEALPACK_CONTENT_ID,
   * SEALPACK_MODE, SEALPACK_SCHEME, SEALPACK_LABEL, SEALPACK_PERIOD. It prints `{ "keyId": …, "key": …, "iv": … }`, 16 bytes each in
   * hexadecimal or Base64, `iv` only if need be.
   */
  readonly command: readonly [program: string, ...args: string[]];
  /** @default 30 */
  readonly timeoutSeconds?: number;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['command'],
  properties: {
    command: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', minLength: 1, pattern: '^[^\\0]+$' },
      description: 'a list: the program, then its arguments',
    },
    timeoutSeconds: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 3600,
      description: 'seconds, up to 3600',
    },
  },
};

/** Content keys that a program prints: asked once for each mode, label and crypto period. */
export function keyCommand(options: KeyCommandOptions): Plugin {
  const { command, timeoutSeconds = 30 } = options;
  const name = 'key-command';
  return {
    name,
    options: { ...options },
    schema,
    apply({ hooks }) {
      hooks.acquireKey.tap(name, ({ contentId, mode, scheme }, { signal }) => {
        return new ContentKeySet(async ({ label, period }) => {
          const env = {
            SEALPACK_CONTENT_ID: contentId,
            SEALPACK_MODE: mode,
            SEALPACK_SCHEME: scheme,
            SEALPACK_LABEL: label,
            SEALPACK_PERIOD: String(period),
          };
          return keyFrom(await runProgram({ command, env, timeoutSeconds, signal }));
        });
      });
    },
  };
}

function keyFrom(output: Uint8Array) {
  const parts = parse(output);
  if (typeof parts !== 'object' || parts === null || Array.isArray(parts)) throw noKey('is no object');
  const surplus = Object.keys(parts).filter((name) => !['keyId', 'key', 'iv'].includes(name));
  if (surplus.length > 0) throw noKey('has more than `keyId`, `key` and `iv`');
  return keyFromText('what the program prints', parts as Readonly<Record<string, unknown>>);
}

function parse(output: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(output));
  } catch {
    // Its message would quote the output.
    throw noKey('is no JSON');
  }
}

const noKey = (how: string) =>
  fail.keyDocument(
    `what the program of key-command prints ${how}.`,
    'It is to print {"keyId": …, "key": …, "iv": …} and nothing else; other words belong to standard error.',
  );
