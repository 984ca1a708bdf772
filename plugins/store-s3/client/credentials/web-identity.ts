import { fail } from '../../../../core/index.ts';
import {
  childrenOf,
  isPlainHttp,
  readSecretFile,
  readXml,
  sendRequest,
  textOf,
} from '../../../../core/kit.ts';
import { type FoundCredentials, unusable } from './found.ts';

/** A role that is taken with a token in a file, which the cluster renews. */
export interface WebIdentity {
  readonly tokenFile: string;
  readonly roleArn: string;
  readonly sessionName: string | undefined;
}

const LONGEST = 64 * 1024;
const FROM = 'the web identity';

/**
 * AssumeRoleWithWebIdentity of the Security Token Service: of AWS_ENDPOINT_URL_STS, else Amazon's of the region.
 * @throws PackagerError REQUEST_FAILED, SERVER_ERROR, INVALID_OPTION
 */
export async function assumeWithToken(
  { tokenFile, roleArn, sessionName = 'sealpack' }: WebIdentity,
  region: string,
): Promise<FoundCredentials> {
  const token = await readSecretFile({
    what: 'The token file of the web identity (AWS_WEB_IDENTITY_TOKEN_FILE)',
    path: tokenFile,
    longest: LONGEST,
  });
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    WebIdentityToken: token.trim(),
  });
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = process.env['AWS_ENDPOINT_URL_STS'] || `https://sts.${region}.${domain}/`;
  if (URL.canParse(url) && isPlainHttp(new URL(url))) {
    throw fail.invalidOption(
      'The web identity would go over plain HTTP.',
      'Write AWS_ENDPOINT_URL_STS with https://',
    );
  }
  const { body } = await sendRequest({
    service: 'The token service (STS)',
    url,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    secrets: [token.trim()],
  });
  return readCredentials(Buffer.from(body).toString());
}

function readCredentials(text: string): FoundCredentials {
  try {
    const [result] = childrenOf(readXml(text), 'AssumeRoleWithWebIdentityResult');
    const [credentials] = childrenOf(result, 'Credentials');
    const textIn = (name: string) => textOf(childrenOf(credentials, name)[0]) ?? '';
    const [accessKeyId, secretAccessKey] = [textIn('AccessKeyId'), textIn('SecretAccessKey')];
    const expiration = new Date(textIn('Expiration'));
    if (accessKeyId !== '' && secretAccessKey !== '') {
      return {
        accessKeyId,
        secretAccessKey,
        sessionToken: textIn('SessionToken'),
        ...(!Number.isNaN(expiration.getTime()) && { expiration }),
        from: FROM,
      };
    }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
  }
  throw unusable(FROM);
}
