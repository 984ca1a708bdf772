import { fail } from '../../../../core/index.ts';
import type { S3Credentials } from '../types.ts';

/** Credentials, and where they were found. */
export interface FoundCredentials extends S3Credentials {
  readonly expiration?: Date;
  /** The end of a sentence: `the environment`. */
  readonly from: string;
}

/**
 * Credentials in a JSON answer of a container or a machine, whose names start with capitals.
 * @throws PackagerError INVALID_OPTION, which quotes nothing of it
 */
export function readAnswer(body: Uint8Array, from: string): FoundCredentials {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = parsed(body);
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string') throw unusable(from);
  const expiration = new Date(typeof Expiration === 'string' ? Expiration : Number.NaN);
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(typeof Token === 'string' && { sessionToken: Token }),
    ...(!Number.isNaN(expiration.getTime()) && { expiration }),
    from,
  };
}

function parsed(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

export const unusable = (from: string) =>
  fail.invalidOption(
    `S3: ${from} gave an answer that holds no credentials.`,
    'Check the role that it is to give, or give credentials in the environment or in a profile.',
  );
