import { fail } from '../../../../core/index.ts';
import { readSecretFile, sendRequest } from '../../../../core/kit.ts';
import { type FoundCredentials, readAnswer } from './found.ts';

/** Where ECS and EKS answer, beside this machine itself. */
const HOSTS = ['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]', 'localhost', '[::1]'];
const LONGEST = 64 * 1024;

/**
 * Of the container that this runs in (ECS, EKS Pod Identity); `undefined` where the environment names none.
 * @throws PackagerError REQUEST_FAILED, SERVER_ERROR, INVALID_OPTION
 */
export async function containerCredentials(): Promise<FoundCredentials | undefined> {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } =
    process.env;
  const url = relative ? `http://169.254.170.2${relative}` : full;
  if (!url) return undefined;
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  if (protocol !== 'https:' && !HOSTS.includes(hostname) && !/^127(\.\d+){3}$/.test(hostname)) {
    throw fail.invalidOption(
      'AWS_CONTAINER_CREDENTIALS_FULL_URI is neither an https address nor one of a container service.',
    );
  }
  const token = await tokenOf();
  const { body } = await sendRequest({
    service: 'The credentials of the container at',
    url,
    method: 'GET',
    headers: token === undefined ? {} : { authorization: token },
    timeoutSeconds: 5,
    totalSeconds: 20,
  });
  return readAnswer(body, 'the container');
}

async function tokenOf(): Promise<string | undefined> {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: path, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } =
    process.env;
  if (!path) return token || undefined;
  const what = 'The file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE';
  return (await readSecretFile({ what, path, longest: LONGEST })).trim();
}
