import { fail } from '../../../../core/index.ts';
import type { HttpClient } from '../../../../core/kit.ts';
import { tokenServiceOf } from '../endpoint.ts';
import type { Profile } from '../profile-files.ts';
import type { S3AccessOptions, S3Credentials } from '../types.ts';
import type { FoundCredentials } from './found.ts';

/** What the search needs to know. */
export interface Surroundings {
  readonly options: Pick<S3AccessOptions, 'profile' | 'credentials' | 'allowPlainHttp'>;
  readonly profile: Profile;
  readonly region: string;
  /** Asks the token service. */
  readonly http: Pick<HttpClient, 'send'>;
}

/** What a profile may say that takes a program, a browser or another role: the command line of Amazon turns it into a token. */
const ELSEWHERE = [
  'sso_session',
  'sso_start_url',
  'credential_process',
  'source_profile',
  'credential_source',
];

/**
 * Find out who asks: the options, the environment, a web identity, the profile, the container, the machine. The first that says
 * something counts. A profile that the options name comes before the environment.
 * @throws PackagerError MISSING_OPTION when nobody says anything; INVALID_OPTION for what cannot be used
 */
export async function findCredentials(by: Surroundings): Promise<FoundCredentials> {
  const { options, profile } = by;
  const { credentials } = options;
  if (credentials !== undefined) {
    const given = typeof credentials === 'function' ? await credentials() : credentials;
    const { expiration, ...lasting } = checked(given, 'the option `credentials`');
    const from = 'the option `credentials`';
    return { ...lasting, ...(expiration !== undefined && { expiration: timeOf(expiration, from) }), from };
  }
  const found =
    (options.profile === undefined ? inEnvironment() : undefined) ??
    (await ofWebIdentity(by)) ??
    inProfile(profile) ??
    (await (await import('./container.ts')).containerCredentials()) ??
    (await (await import('./machine.ts')).machineCredentials());
  if (found) return checked(found, found.from);
  throw fail.missingOption(
    'There are no credentials for S3: neither in the environment, nor of a web identity, the profile, a container or this machine.',
    'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or `credentials` of storeS3.',
  );
}

function inEnvironment(): FoundCredentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    from: 'the environment (AWS_ACCESS_KEY_ID)',
  };
}

async function ofWebIdentity({
  options,
  profile,
  region,
  http,
}: Surroundings): Promise<FoundCredentials | undefined> {
  const { settings } = profile;
  const { AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME } = process.env;
  const isOfProfile = options.profile !== undefined || !AWS_WEB_IDENTITY_TOKEN_FILE;
  const tokenFile = isOfProfile ? settings['web_identity_token_file'] : AWS_WEB_IDENTITY_TOKEN_FILE;
  const roleArn = isOfProfile ? settings['role_arn'] : AWS_ROLE_ARN;
  const sessionName = (isOfProfile ? settings['role_session_name'] : AWS_ROLE_SESSION_NAME) || undefined;
  if (!tokenFile) return undefined;
  if (!roleArn) {
    throw fail.missingOption(
      'S3: there is a web identity (AWS_WEB_IDENTITY_TOKEN_FILE) and no role to take with it.',
      'Set AWS_ROLE_ARN, or `role_arn` in the profile.',
    );
  }
  const { assumeWithToken } = await import('./web-identity.ts');
  return assumeWithToken({ tokenFile, roleArn, sessionName }, tokenServiceOf(options, profile, region), http);
}

function inProfile({ name, settings }: Profile): FoundCredentials | undefined {
  const { aws_access_key_id, aws_secret_access_key, aws_session_token, role_arn } = settings;
  // With a role its keys are those of whoever takes it, not of whoever asks.
  const isRole = role_arn && (settings['source_profile'] || settings['credential_source']);
  if (aws_access_key_id && aws_secret_access_key && !isRole) {
    return {
      accessKeyId: aws_access_key_id,
      secretAccessKey: aws_secret_access_key,
      ...(aws_session_token && { sessionToken: aws_session_token }),
      from: `the profile ${JSON.stringify(name)}`,
    };
  }
  const elsewhere = ELSEWHERE.find((setting) => settings[setting]);
  if (elsewhere === undefined) return undefined;
  throw fail.invalidOption(
    `The AWS profile ${JSON.stringify(name)} gets its credentials by \`${elsewhere}\`, which is not done here.`,
    `Run \`aws configure export-credentials --profile ${name} --format env\` and set what it says, or give \`credentials\` as a function in a config that is TypeScript or JavaScript.`,
  );
}

/** Those that came as JSON have a text there. @throws PackagerError INVALID_OPTION for what is no time: nobody would renew them */
function timeOf(expiration: Date | string, from: string): Date {
  const time = new Date(expiration);
  if (!Number.isNaN(time.getTime())) return time;
  throw fail.invalidOption(
    `S3: \`expiration\` of ${from} is no time.`,
    'Give a Date, or 2026-11-28T12:00:00Z.',
  );
}

/** A line break that came along with a copied secret would be found out only by a signature that does not fit. */
function checked<T extends S3Credentials>(credentials: T, from: string): T {
  const { accessKeyId, secretAccessKey, sessionToken = 'none' } = credentials;
  const isText = [accessKeyId, secretAccessKey, sessionToken].every(
    (text) => typeof text === 'string' && /^[\x21-\x7e]+$/.test(text),
  );
  if (isText) return credentials;
  throw fail.invalidOption(
    `S3: the credentials of ${from} are incomplete, or hold a space or a line break.`,
    'Copy the access key id, the secret access key and the session token again, each without anything around it.',
  );
}
