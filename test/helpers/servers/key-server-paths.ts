import type { DialectName } from '../../../plugins/key-cloud-kms/dialects/index.ts';

/** Where the test key server speaks each dialect. */
export const SERVER_PATHS: Readonly<Record<Exclude<DialectName, 'doverunner-v2'>, string>> = {
  'pallycon-v1': '/v1/cpix/pallycon/getKey/{token}',
  'pallycon-v2': '/v2/cpix/pallycon/getKey/{token}',
  'speke-v1': '/cpix/getKey?enc-token={token}',
  'speke-v2': '/speke/v2.0/copyProtection',
  'speke-v2.1': '/speke/v2.1/copyProtection',
  generic: '/generic/keys',
};
