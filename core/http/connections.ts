import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { fail } from '../base/errors.ts';
import { isLoopback } from './loopback.ts';

/** The connections of one request's tries, or of a client's requests to one server. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  /** True when a proxy may stand in between. */
  readonly proxied: boolean;
  /** Ends them all at once, also those that wait for something. */
  close(): Promise<void>;
}

const PROXY_VARIABLES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'] as const;

/**
 * Connections to the host of `url`, through the proxy that the environment names. Servers on this machine, and
 * those of its own link (169.254.0.0/16, fd00:ec2::/32: the metadata services of clouds), are asked directly: another machine could not reach them.
 * A proxy would hand out its own machine's credentials.
 * @param atOnce so many at a time; absent: as many as are asked for
 */
export function openConnections(url: URL, ca: string | undefined, atOnce?: number): Connections {
  // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED=0 cannot turn it off.
  const verified = { rejectUnauthorized: true };
  const limit = atOnce === undefined ? {} : { connections: atOnce };
  const tls = ca === undefined ? verified : { ...verified, ca };
  const proxied = !isNear(url.hostname) && PROXY_VARIABLES.some((name) => process.env[name]);
  const dispatcher = proxied ? proxyAgent(tls, verified, limit) : new Agent({ ...limit, connect: tls });
  return { dispatcher, proxied, close: () => dispatcher.destroy() };
}

function proxyAgent(requestTls: object, proxyTls: object, limit: object): Dispatcher {
  try {
    // No tunnel for plain HTTP: many proxies allow CONNECT to port 443 only.
    return new EnvHttpProxyAgent({ ...limit, connect: requestTls, requestTls, proxyTls, proxyTunnel: false });
  } catch {
    // The reason would quote the address, and the password in it.
    throw fail.invalidOption('HTTP_PROXY or HTTPS_PROXY is not a URL.', 'Write it as http://host:port');
  }
}

/**
 * RFC 3927; RFC 6761, 6.3. Names below `localhost` are asked directly and still count as another machine for what is not encrypted:
 * not every resolver keeps them here.
 */
const isNear = (hostname: string): boolean =>
  isLoopback(hostname) ||
  /\.localhost\.?$/.test(hostname) ||
  hostname.startsWith('[fd00:ec2::') ||
  /^169\.254(\.\d+){2}$/.test(hostname);
