import { type HttpRequest, isUnanswered, sendRequest } from '../../../../core/kit.ts';
import { type FoundCredentials, readAnswer } from './found.ts';

/** Where nothing answers, this is another kind of machine: nobody waits long to find out. */
const QUICK = { service: 'The metadata service at', timeoutSeconds: 1, totalSeconds: 3, retries: 1 } as const;
const ROLES = '/latest/meta-data/iam/security-credentials/';

/** Of the role of the EC2 instance that this runs on (IMDSv2); `undefined` where there is no such service or no role. */
export async function machineCredentials(): Promise<FoundCredentials | undefined> {
  const { AWS_EC2_METADATA_DISABLED, AWS_EC2_METADATA_SERVICE_ENDPOINT } = process.env;
  if (AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return undefined;
  const base = (AWS_EC2_METADATA_SERVICE_ENDPOINT || 'http://169.254.169.254').replace(/\/+$/, '');
  const ask = async (path: string, rest: Pick<HttpRequest, 'method' | 'headers'>) =>
    (await sendRequest({ ...QUICK, ...rest, url: base + path })).body;
  try {
    const ttl = { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' };
    const token = await ask('/latest/api/token', { method: 'PUT', headers: ttl });
    const headers = { 'x-aws-ec2-metadata-token': Buffer.from(token).toString().trim() };
    const roles = await ask(ROLES, { method: 'GET', headers });
    const [role = ''] = Buffer.from(roles).toString().trim().split('\n');
    if (role === '') return undefined;
    return readAnswer(
      await ask(ROLES + encodeURIComponent(role), { method: 'GET', headers }),
      'the role of this machine',
    );
  } catch (cause) {
    if (isUnanswered(cause)) return undefined;
    throw cause;
  }
}
