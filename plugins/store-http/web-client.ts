import { type HttpClient, openClient, readPem } from '../../core/kit.ts';

const TEXT = { type: 'string', minLength: 1 };

/** What the options of `storeHttp` say of requests. */
export const WEB_PROPERTIES = {
  headers: {
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: TEXT, description: 'request headers' },
    description: 'request headers by host',
  },
  allowPlainHttp: { type: 'boolean' },
  ca: { ...TEXT, description: 'PEM, or the path of a PEM file' },
  timeoutSeconds: { type: 'number', exclusiveMinimum: 0, description: 'seconds' },
  retries: { type: 'integer', minimum: 0 },
} as const;

/** @param ca certificates to trust in place of the built-in ones: PEM, or the path of a PEM file */
export async function clientTrusting(ca: string | undefined): Promise<HttpClient> {
  return openClient(ca === undefined ? {} : { ca: await readPem('The `ca` of store-http', ca) });
}
