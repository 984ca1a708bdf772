import type { SchemaObject } from 'ajv';
import { box, fullBox, u32 } from '../base/box.ts';
import { xml } from '../base/xml/xml-node.ts';
import { checkUrl, contentProtection, licenseUrlElements, psshElement } from './content-protection.ts';
import { commonEncryption } from './context.ts';
import type { DrmContext, DrmSystem } from './drm-system.ts';
import { pssh } from './pssh.ts';

/** Marlin has two ids: one for manifests, which its players want in capitals there, one for `pssh` boxes. */
const SYSTEM_ID = '5e629af5-38da-4063-8977-97ffbd9902d4';
const PSSH_ID = '69f908af-4816-46ea-910c-cd5dcccb0a3a';
const MAS = { 'xmlns:mas': 'urn:marlin:mas:1-0:services:schemas:mpd' };

export interface MarlinOptions {
  /** Whether files get a `pssh` box, which says that there is Marlin and nothing else. @default false: the MPD says all */
  readonly pssh?: boolean;
  /** Told to players in the MPD. @default not written */
  readonly licenseUrl?: string;
}

export const MARLIN_SCHEMA: SchemaObject = {
  type: 'object',
  properties: { pssh: { type: 'boolean' }, licenseUrl: { type: 'string' } },
  additionalProperties: false,
};

/** Marlin (Adaptive Streaming, Simple Profile): key ids in the MPD. HLS has no word for it. */
export function marlin(options: MarlinOptions = {}): DrmSystem {
  checkUrl('marlin: licenseUrl', options.licenseUrl);
  const boxes = (context: DrmContext): Uint8Array[] => {
    commonEncryption('Marlin', context);
    if (context.pssh) return [context.pssh];
    return options.pssh ? [pssh(PSSH_ID, noKeyIds())] : [];
  };
  return {
    name: 'marlin',
    systemId: SYSTEM_ID,
    pssh: boxes,
    contentProtection: (context) =>
      contentProtection(SYSTEM_ID.toUpperCase(), undefined, [
        ...boxes(context).map(psshElement),
        xml('mas:MarlinContentIds', MAS, context.keys.map(contentIdElement)),
        ...licenseUrlElements(options.licenseUrl),
      ]),
  };
}

const contentIdElement = ({ hexId }: DrmContext['keys'][number]) =>
  xml('mas:MarlinContentId', {}, `urn:marlin:kid:${hexId}`);

/** A `marl` box with an `mkid` that lists nothing: the content ids are those of the MPD. As Bento4 writes it. */
const noKeyIds = (): Uint8Array => box('marl', fullBox('mkid', 0, 0, u32(0)));
