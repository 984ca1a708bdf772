import type { CaptionChannel } from '../../media/captions.ts';
import { CONSTRUCT } from './cc-data.ts';
import { Cea608Field } from './cea-608.ts';
import { Cea708Services } from './cea-708.ts';

const VALID = 4;

/** Collects the constructs of cc_data() of a stream, and tells what channels and services really carry something. */
export class CaptionSearch {
  readonly #fields = [new Cea608Field(), new Cea608Field()] as const;
  readonly #services = new Cea708Services();

  /** Take what a picture has, in the order of presentation. */
  take(constructs: Uint8Array): void {
    for (let at = 0; at + CONSTRUCT <= constructs.length; at += CONSTRUCT) {
      const [flags, first, second] = [constructs[at]!, constructs[at + 1]!, constructs[at + 2]!];
      const type = flags & 3;
      if ((flags & VALID) === 0) continue;
      // Types 0 and 1 are the two fields of CEA-608, 2 and 3 the packets of CEA-708 (CEA-708-E, table 3).
      if (type < 2) this.#fields[type]!.take(first, second);
      else this.#services.take(type === 3, first, second);
    }
  }

  /** Those that have shown something, CEA-608 first. */
  get channels(): CaptionChannel[] {
    const shown = this.#fields.flatMap((field) => field.shown);
    const names = ['CC1', 'CC2', 'CC3', 'CC4'] as const;
    return [
      ...names.filter((_, index) => shown[index]),
      ...this.#services.shown.map((service): CaptionChannel => `SERVICE${service}`),
    ];
  }
}
