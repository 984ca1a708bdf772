import { type HttpClient, openClient, readPem } from '../../../core/kit.ts';
import { findCredentials } from './credentials/chain.ts';
import { CredentialsKeeper } from './credentials/keeper.ts';
import { regionOf } from './endpoint.ts';
import { type Profile, readProfile } from './profile-files.ts';
import type { S3AccessOptions } from './types.ts';

/** What was found out before the first question. */
export interface OpenedAccess {
  readonly http: HttpClient;
  readonly profile: Profile;
}

/** Who asks, and over which connections: the same for all buckets, and for inputs and outputs. */
export class Access {
  readonly keeper: CredentialsKeeper;
  readonly #options: S3AccessOptions;
  #opened: Promise<OpenedAccess> | undefined;

  constructor(options: S3AccessOptions) {
    this.#options = options;
    this.keeper = new CredentialsKeeper(() => this.#find());
  }

  /** @throws PackagerError INVALID_OPTION when the profile or `ca` cannot be read; it is tried again with the next question */
  open(): Promise<OpenedAccess> {
    this.#opened ??= this.#begin().catch((cause: unknown) => {
      this.#opened = undefined;
      throw cause;
    });
    return this.#opened;
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.http.close();
  }

  async #begin(): Promise<OpenedAccess> {
    const profile = await readProfile(this.#options.profile);
    const pem = this.#options.ca ?? (process.env['AWS_CA_BUNDLE'] || undefined);
    const ca = pem === undefined ? undefined : await readPem('The `ca` of storeS3 (AWS_CA_BUNDLE)', pem);
    return { http: openClient(ca === undefined ? {} : { ca }), profile };
  }

  /** The files are read anew: other tools write new keys into them. */
  async #find() {
    const options = this.#options;
    const [{ http }, profile] = await Promise.all([this.open(), readProfile(options.profile)]);
    return findCredentials({ options, profile, region: regionOf(options, profile), http });
  }
}
