import { fail, type Plugin } from '../../core/index.ts';
import type { InputInfo } from '../../core/kit.ts';
import { createNcgProtector } from './cipher.ts';
import { type NcgLabels, ncgFields } from './fields.ts';
import { ncgWrapper } from './wrapper.ts';
import { writeEncryptedFile } from './write-encrypted-file.ts';

/** What the header says beside content id, key id and date. */
export type NcgOptions = NcgLabels;

const LABEL = { type: 'integer', minimum: 0, maximum: 0x7fff_ffff };
const TEXT = { type: 'string', minLength: 1, maxLength: 2048, pattern: '^[^\\p{Cc}\\p{Cs}\\uFFFE\\uFFFF]+$' };

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: { siteId: TEXT, licenseUrl: TEXT, source: TEXT, level: LABEL, range: LABEL },
};

/** Key servers are asked about this system. */
const NCG_SYSTEM_ID = 'd9e4411a-e886-4909-a380-a77f28d52335';

/** NCG: every input whole, in Sealpack's own container (NCG.md), as `<file name>.ncg`. */
export function ncg(options: NcgOptions = {}): Plugin {
  const name = 'mode-ncg';
  return {
    name,
    options: { ...options },
    schema,
    apply(packager) {
      const mode = packager.mode({
        name: 'ncg',
        title: 'NCG',
        scheme: 'ncg',
        protects: 'resources',
        systemIds: [NCG_SYSTEM_ID],
        files: outputNames,
        plan: ({ inputs }) =>
          inputs.map((input) => ({ id: input.name, input: input.index, tracks: [], bytes: input.bytes })),
      });
      mode.encrypt.tap(name, ({ key, unit }, run) => {
        const fields = ncgFields(options, key.uuid, run);
        // KEY and IV are the title's; what keeps the keystreams of its files apart is this.
        const nonce = run.random(`ncg/${run.contentId}/${unit.id}/nonce`, 16);
        return createNcgProtector({ fields, key, nonce, payloadBytes: unit.bytes });
      });
      mode.segment.tapPromise(name, (job) => writeEncryptedFile(job, `${job.unit.id}.ncg`));
      packager.wrapper(ncgWrapper);
    },
  };
}

function outputNames(inputs: readonly InputInfo[]): string[] {
  const names = inputs.map((input) => `${input.name}.ncg`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return names;
  throw fail.invalidOption(
    `Two inputs would both be written to ${twice}.`,
    'Rename one of them, or package them as two titles.',
  );
}
