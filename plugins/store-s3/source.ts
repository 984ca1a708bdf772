import { fail } from '../../core/index.ts';
import { blockSource, type InputFacts, type InputSource } from '../../core/kit.ts';
import { isS3, placeOf } from './client/place.ts';
import type { S3Facts, S3Options } from './client/types.ts';
import { S3Clients } from './clients.ts';

/** Inputs in buckets: read in ranges, each of which is of the object that was looked at, or an error. */
export function s3Source(options: S3Options): InputSource {
  const clients = new S3Clients('input', options);
  const look = async (reference: string, signal: AbortSignal): Promise<InputFacts> => {
    const { bucket, key } = placeOf(reference);
    if (key === '') {
      throw fail.fileNotFound(
        reference,
        'it names a bucket, and no object in it.',
        'Write it as s3://bucket/key',
      );
    }
    const facts = await (await clients.of(bucket, signal)).head(key);
    if (facts) return factsOf(facts);
    throw missing(reference);
  };
  return {
    name: 'S3 buckets',
    accepts: isS3,
    look: (reference, { signal }) => look(reference, signal),
    async open(name, identity, { signal }) {
      const known = identity ?? (await look(name, signal)).identity;
      const [size, etag] = identityIn(known);
      const { bucket, key } = placeOf(name);
      return blockSource({
        name,
        size,
        identity: known,
        signal,
        async fill(position, into, either) {
          const client = await clients.of(bucket, either);
          const read = await client.read(key, position, into, etag);
          if (read === 'missing') throw missing(name);
          if (read === 'changed') throw fail.inputChanged(name, 'the bucket has another one by now.');
        },
      });
    },
    // Versions are left out: an ETag is of the same bytes in all of them.
    isSame(before, now) {
      const [[bytes, etag], [newBytes, newEtag]] = [identityIn(before), identityIn(now)];
      return bytes === newBytes && etag !== '' && etag === newEtag;
    },
    changeOf(before, now) {
      const [[bytes], [newBytes]] = [identityIn(before), identityIn(now)];
      return bytes === newBytes
        ? 'the bucket has another one of the same length.'
        : `it had ${bytes} bytes, and now has ${newBytes}.`;
    },
  };
}

/** An object that is written anew is another one, also where its bytes are the same and the bucket keeps versions. */
const factsOf = ({ bytes, etag, versionId = '', modified }: S3Facts): InputFacts => ({
  bytes,
  identity: JSON.stringify([bytes, etag, versionId]),
  modified,
});

const identityIn = (identity: string): [bytes: number, etag: string] => JSON.parse(identity);

const missing = (reference: string) =>
  fail.fileNotFound(
    reference,
    'the bucket has no such object.',
    'Check the key: upper and lower case count.',
  );
