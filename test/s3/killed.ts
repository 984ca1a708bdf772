/** A run that is killed: `behaviour.ts` starts it. */
import { openBucket } from '../../plugins/store-s3/client/open-bucket.ts';
import { placeOf } from '../../plugins/store-s3/client/place.ts';
import { s3Store } from '../../plugins/store-s3/store/s3-store.ts';
import { publishTitle } from '../helpers/servers/s3-world.ts';

const { endpoint, ...credentials } = JSON.parse(process.env['S3_TEST'] ?? '{}');
const client = openBucket('films', 'output', { endpoint, region: 'us-east-1', credentials });
await client.head('night/film/master.m3u8');
process.send?.('ready');
await publishTitle(s3Store({ objects: {}, open: async () => client, placeOf }));
process.disconnect?.();
