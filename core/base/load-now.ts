import { createRequire } from 'node:module';

/**
 * A package, where it is needed and code cannot wait for `import()`: whoever imports a door to write a config, or asks for
 * help, loads none. Asking again costs nothing.
 */
export const loadNow: <Package>(name: string) => Package = createRequire(import.meta.url);
