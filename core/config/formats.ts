import { isContentId } from './content-id.ts';
import { DETAIL_FORMATS } from './details-schema.ts';

const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Formats that schemas of ours and of plugins may name. */
export const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  ...DETAIL_FORMATS,
  'content-id': isContentId,
  'iso-8601': (text) => ISO_8601.test(text) && !Number.isNaN(Date.parse(text)),
};
