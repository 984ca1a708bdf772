import { childrenOf, type HttpClient, readSecretFile, readXml, textOf } from '../../../../core/kit.ts';
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
 * AssumeRoleWithWebIdentity of the Security Token Service.
 * @param service see `tokenServiceOf`
 * @throws PackagerError REQUEST_FAILED, SERVER_ERROR, INVALID_OPTION
 */
export async function assumeWithToken(
  { tokenFile, roleArn, sessionName = 'sealpack' }: WebIdentity,
  service: URL,
  http: Pick<HttpClient, 'send'>,
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
  const { body } = await http.send({
    service: 'The token service (STS)',
    url: service.href,
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
