// Nothing of types: the doors in plain JavaScript, which are one house behind.
import { ContentKey, PackagerError } from 'sealpack';
import { toHex } from 'sealpack/kit';
import { plugins, unwrapKey } from 'sealpack/plugins';
import { presets } from 'sealpack/presets';

const key = new ContentKey({ id: Buffer.alloc(16, 'id'), key: Buffer.alloc(16, 'key') });
const facts = [Object.keys(plugins).includes('mode-dash-cenc'), Object.keys(presets).includes('local')];
try {
  unwrapKey(new Uint8Array(16), key, 'key.ncg');
} catch (error) {
  facts.push(error instanceof PackagerError, toHex(key.id) === key.hexId);
}
console.log(facts.join());
