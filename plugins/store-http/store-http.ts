import type { Plugin } from '../../core/index.ts';
import { WEB_OPTIONS } from '../../core/kit.ts';
import { originStore, type StoreHttpOptions } from './origin-store.ts';

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: { ...WEB_OPTIONS, move: { type: 'boolean' } },
};

/**
 * Outputs to web servers that take `PUT` and `DELETE`: `https://origin/path/`. On a WebDAV server everything waits under hidden names
 * and is moved to its place at the end; elsewhere media has its names at once, and manifests follow when all of it is there.
 * @throws PackagerError INVALID_OPTION when an option is not as described; later: OUTPUT_EXISTS, OUTPUT_NOT_WRITABLE
 */
export function storeHttp(options: StoreHttpOptions = {}): Plugin {
  return {
    name: 'store-http',
    options: { ...options },
    schema,
    apply: (packager) => packager.store(originStore(options)),
  };
}
