import { fail, type Plugin } from '../../core/index.ts';
import { type InputSource, rangeSource } from '../../core/kit.ts';

/** `acme://user:password@host/bucket/key?token=…`: buckets behind HTTP. Messages name the reference: the engine hides what it must. */
async function ask(
  reference: string,
  method: string,
  headers: object,
  signal: AbortSignal,
): Promise<Response> {
  const url = new URL(reference.replace('acme:', 'http:'));
  const [user, password] = [url.username, url.password].map(decodeURIComponent);
  url.username = url.password = '';
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const answer = await fetch(url, { method, headers: { ...headers, authorization }, signal });
  if (answer.status === 404) throw fail.inputNotFound(reference);
  if (answer.status === 412) throw fail.inputChanged(reference, 'the bucket has another one.');
  if (!answer.ok) throw new Error(`${method} ${reference} as ${password}: ${answer.status}`);
  return answer;
}

const buckets: InputSource = {
  name: 'Acme buckets',
  accepts: (reference) => reference.startsWith('acme://'),
  async look(reference, { signal }) {
    const { headers } = await ask(reference, 'HEAD', {}, signal);
    return { bytes: Number(headers.get('content-length')), identity: headers.get('etag') ?? '' };
  },
  async open(reference, known, { signal }) {
    const { bytes: size, identity } = await buckets.look(reference, { signal });
    const match = { 'if-match': known ?? identity };
    return rangeSource({
      name: reference,
      size,
      async fetch(position, length) {
        const range = `bytes=${position}-${position + length - 1}`;
        const answer = await ask(reference, 'GET', { ...match, range }, signal);
        return new Uint8Array(await answer.arrayBuffer());
      },
    });
  },
};

/** Inputs from the buckets of a service that nobody has heard of. */
export const acmeSource = (): Plugin => ({
  name: 'source-acme',
  apply: (packager) => packager.source(buckets),
});
