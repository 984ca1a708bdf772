import type { SchemaObject } from 'ajv';
import { xml } from '../base/xml/xml-node.ts';
import { checkUrl, contentProtection, licenseUrlElements } from './content-protection.ts';
import type { DrmSystem } from './drm-system.ts';

/** DASH-IF's id of ClearKey; it lives in manifests only. */
export const CLEARKEY_ID = 'e2719d58-a985-b3c9-781a-b030af78d30e';
const CK = { 'xmlns:ck': 'http://dashif.org/guidelines/clearKey' };

export interface ClearKeyOptions {
  /** A server that hands out keys in the clear (EME ClearKey). @default not written: the player is told the key */
  readonly licenseUrl?: string;
}

export const CLEARKEY_SCHEMA: SchemaObject = {
  type: 'object',
  properties: { licenseUrl: { type: 'string' } },
  additionalProperties: false,
};

/** ClearKey, for tests: keys reach the player unprotected. Players want `common()` beside it. */
export function clearkey({ licenseUrl }: ClearKeyOptions = {}): DrmSystem {
  checkUrl('clearkey: licenseUrl', licenseUrl);
  // dash.js reads the older `ck:Laurl`, shaka-player the released guideline's `dashif:Laurl`.
  const legacy =
    licenseUrl === undefined ? [] : [xml('ck:Laurl', { ...CK, Lic_type: 'EME-1.0' }, licenseUrl)];
  const urls = [...licenseUrlElements(licenseUrl), ...legacy];
  return {
    name: 'clearkey',
    contentProtection: () => contentProtection(CLEARKEY_ID, 'ClearKey1.0', urls),
  };
}
