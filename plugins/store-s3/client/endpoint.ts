import { isIP } from 'node:net';
import { fail } from '../../../core/index.ts';
import { isPlainHttp } from '../../../core/kit.ts';
import type { Profile } from './profile-files.ts';
import type { S3Options } from './types.ts';

/** Where a bucket is asked. */
export interface Endpoint {
  /** Of the bucket: keys follow its path, which ends with a slash. */
  readonly url: URL;
  readonly region: string;
  /** Whether it is Amazon's own, whose regions are real. */
  readonly isAmazon: boolean;
}

const REGION = /^[a-z0-9-]{1,64}$/i;

/** @throws PackagerError INVALID_OPTION for what is no address, or goes over plain HTTP to another machine */
export function endpointOf(bucket: string, options: S3Options, profile: Profile): Endpoint {
  const { settings } = profile;
  const region = regionOf(options, profile);
  const named = options.endpoint ?? configuredEndpoint('S3', profile);
  const url = urlOf(
    named ?? `https://s3.${region}.${domainOf(region)}`,
    'S3',
    '`endpoint`, or AWS_ENDPOINT_URL_S3,',
  );
  if (isPlainHttp(url) && !options.allowPlainHttp) {
    throw fail.invalidOption(
      `The S3 endpoint ${url.host} would be asked over plain HTTP, where everybody on the way can read and change what goes by.`,
      'Write https://, or set `allowPlainHttp: true` in storeS3 where that network is yours.',
    );
  }
  const isAmazon = /(^|\.)amazonaws\.com(\.cn)?$/.test(url.hostname);
  const style = options.pathStyle ?? styleOf(settings['s3.addressing_style']);
  const isInPath = style ?? (!isAmazon || bucket.includes('.') || !/^[a-z0-9-]+$/.test(bucket));
  const base = url.pathname.replace(/\/*$/, '/');
  // An address of numbers has no names below it.
  if (isInPath || isIP(url.hostname.replace(/[[\]]/g, ''))) url.pathname = `${base}${bucket}/`;
  else {
    const host = `${bucket}.${url.hostname}`;
    url.hostname = host;
    url.pathname = base;
    // It is changed, or left as it was, where it cannot be a name: another bucket would be asked.
    if (url.hostname !== host) {
      throw fail.invalidOption(
        `The bucket ${bucket} cannot stand in the name of the host ${url.host}.`,
        'Leave `pathStyle: false` out (or `addressing_style = virtual` of the profile).',
      );
    }
  }
  return { url, region, isAmazon };
}

/** Also of what gives credentials. */
export function regionOf({ region }: Pick<S3Options, 'region'>, { settings }: Profile): string {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const found = region || AWS_REGION || AWS_DEFAULT_REGION || settings['region'] || 'us-east-1';
  if (!REGION.test(found)) {
    throw fail.invalidOption(
      'The S3 region is no name of a region.',
      'Write it as the service does: eu-central-1',
    );
  }
  return found;
}

/**
 * Where the Security Token Service is asked: where the environment or the profile says, as for S3, else at Amazon's of the region.
 * @throws PackagerError INVALID_OPTION for what is no address, or goes over plain HTTP to another machine
 */
export function tokenServiceOf(
  { allowPlainHttp }: Pick<S3Options, 'allowPlainHttp'>,
  profile: Profile,
  region: string,
): URL {
  const named = configuredEndpoint('STS', profile);
  const url = urlOf(named ?? `https://sts.${region}.${domainOf(region)}`, 'STS', 'AWS_ENDPOINT_URL_STS');
  if (!isPlainHttp(url) || allowPlainHttp) return url;
  throw fail.invalidOption(
    `The web identity would go to the token service ${url.host} over plain HTTP, where everybody on the way can read it.`,
    'Write AWS_ENDPOINT_URL_STS with https://, or set `allowPlainHttp: true` in storeS3 where that network is yours.',
  );
}

/** In the order of the SDKs: what names the service before what names none, the environment before the profile. */
function configuredEndpoint(service: 'S3' | 'STS', { settings, services }: Profile): string | undefined {
  const { env } = process;
  const isIgnored = env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] ?? settings['ignore_configured_endpoint_urls'];
  if (isIgnored?.toLowerCase() === 'true') return undefined;
  return (
    env[`AWS_ENDPOINT_URL_${service}`] ||
    env['AWS_ENDPOINT_URL'] ||
    services[`${service.toLowerCase()}.endpoint_url`] ||
    settings['endpoint_url'] ||
    undefined
  );
}

const domainOf = (region: string): string =>
  region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';

const styleOf = (word: string | undefined): boolean | undefined =>
  word === 'path' ? true : word === 'virtual' ? false : undefined;

/** @param where it can be written */
function urlOf(text: string, service: 'S3' | 'STS', where: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw fail.invalidOption(
      `The ${service} endpoint is no http(s) URL, or has a user, a password or a query.`,
      `Write ${where} as https://host:port`,
    );
  }
  return url;
}
