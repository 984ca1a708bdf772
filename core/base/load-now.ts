import { createRequire } from 'node:module';

/**
 * A module of Node's, or a package that is CommonJS, where it is needed: whoever imports a door to write a config, or asks for help, loads none. Asking again
 * costs nothing. Where such a package is imported, Node looks for its names with a parser in WebAssembly, which takes longer than
 * many of them do; where it is required, it does not.
 */
export const loadNow: <Package>(name: string) => Package = createRequire(import.meta.url);
