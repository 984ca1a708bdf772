import { setMaxListeners } from 'node:events';
import type { Plugin } from '../../core/index.ts';
import { placeOf } from './client/place.ts';
import type { S3Options } from './client/types.ts';
import { S3Clients } from './clients.ts';
import { s3Source } from './source.ts';
import { OBJECT_OPTIONS, type S3ObjectOptions } from './store/object-options.ts';
import { s3Store } from './store/s3-store.ts';

/** Options of `storeS3`. */
export interface StoreS3Options extends S3Options, S3ObjectOptions {}

/** Of a store: what is no tree's goes on whoever has cancelled. All such requests listen to it. */
const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);

const TEXT = { type: 'string', minLength: 1 };

const ACCESS_SCHEMA = {
  endpoint: { ...TEXT, description: 'the http(s) URL of a service' },
  region: { ...TEXT, description: 'the name of a region' },
  pathStyle: { type: 'boolean' },
  profile: { ...TEXT, description: 'the name of a profile' },
  credentials: {
    anyOf: [
      {
        type: 'object',
        additionalProperties: false,
        required: ['accessKeyId', 'secretAccessKey'],
        properties: { accessKeyId: TEXT, secretAccessKey: TEXT, sessionToken: TEXT, expiration: {} },
      },
      { typeOf: 'function' },
    ],
    description: '{ accessKeyId, secretAccessKey, sessionToken? }, or a function that gets them',
  },
  allowPlainHttp: { type: 'boolean' },
  ca: { ...TEXT, description: 'PEM, or the path of a PEM file' },
  timeoutSeconds: { type: 'number', exclusiveMinimum: 0, description: 'seconds' },
  retries: { type: 'integer', minimum: 0, maximum: 20, description: 'a number from 0 to 20' },
};

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: { ...ACCESS_SCHEMA, ...OBJECT_OPTIONS },
};

/**
 * Inputs and outputs in buckets of Amazon S3 and of every service that speaks its language: `s3://bucket/key`. Endpoint, region and credentials come
 * from the options, else from the environment, a web identity, the profiles of `~/.aws`, the container or the machine, as with other
 * tools. An input that changes while it is read is an error.
 * @throws PackagerError INVALID_OPTION when an option is not as described; later: MISSING_OPTION without credentials, INPUT_NOT_FOUND,
 * INPUT_NOT_READABLE, INPUT_CHANGED
 */
export function storeS3(options: StoreS3Options = {}): Plugin {
  return {
    name: 'store-s3',
    options: { ...options },
    schema,
    apply(packager) {
      packager.source(s3Source(options));
      const clients = new S3Clients('output', options);
      packager.store(
        s3Store({ objects: options, open: (bucket, signal = NEVER) => clients.of(bucket, signal), placeOf }),
      );
    },
  };
}
