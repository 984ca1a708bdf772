import { createServer } from 'node:http';
import { fail } from '../../core/index.ts';
import type { Metrics, QueueDepth } from './metrics.ts';

export interface MetricsSource {
  readonly metrics: Metrics;
  /** The queue, by state; rejects, or takes too long, where it cannot be asked. */
  depth(): Promise<QueueDepth>;
  /** Whether it takes further titles. */
  isReady(): boolean;
}

/** A queue that has not answered after so many milliseconds does not answer. */
const PATIENCE = 2000;

/** @throws PackagerError INVALID_OPTION */
export function metricsAddress(text: string): { host: string; port: number } {
  const [, bracketed, host = bracketed, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65535)
    throw fail.invalidOption('--metrics: expected a host and a port.', 'For example: 127.0.0.1:9464');
  return { host, port: Number(port) };
}

/**
 * `/healthz`: the process is alive; `/readyz`: it takes titles, and the queue answers; `/metrics`: figures, as Prometheus reads them.
 * @returns how to end it, and the port that it listens on
 */
export async function serveMetrics(
  address: { host: string; port: number },
  source: MetricsSource,
): Promise<{ port: number; close(): void }> {
  const server = createServer(async (request, response) => {
    const answer = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : text);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'GET only\n');
    switch (request.url?.split('?')[0]) {
      case '/healthz':
        return answer(200, 'alive\n');
      case '/readyz': {
        if (!source.isReady()) return answer(503, 'draining\n');
        return (await depthOf(source)) ? answer(200, 'ready\n') : answer(503, 'the queue does not answer\n');
      }
      case '/metrics':
        return answer(
          200,
          source.metrics.text(await depthOf(source)),
          'text/plain; version=0.0.4; charset=utf-8',
        );
      default:
        return answer(404, '/healthz, /readyz, /metrics\n');
    }
  });
  // It keeps no worker alive that has nothing else to do.
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        fail.invalidOption(`--metrics: cannot listen at ${address.host}:${address.port} (${cause.code}).`),
      ),
    );
    server.listen(address.port, address.host, resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : address.port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function depthOf(source: MetricsSource): Promise<QueueDepth | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), PATIENCE);
    source
      .depth()
      .then(resolve, () => resolve(undefined))
      .finally(() => clearTimeout(timer));
  });
}
