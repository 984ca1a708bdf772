/** A process that asks a key store for a key and prints it: key id, key, IV. Argument: the store's folder. */
import { toHex } from '../../../core/base/bytes.ts';
import { keyLocal } from '../../../plugins/key-local.ts';
import { askKey, keyRequest } from './ask.ts';

const key = await askKey(keyLocal({ folder: process.argv[2]! }), keyRequest());
process.stdout.write([key!.id, key!.reveal(), key!.iv!].map(toHex).join());
