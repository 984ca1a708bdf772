import { ContentKeySet, fail, type Plugin, type Run } from '../core/index.ts';
import {
  type ContentProtectionForm,
  type CpixDocument,
  contentKeyFrom,
  contentKeysOf,
  type DocumentReading,
  readCpix,
  readPem,
  readSecretFile,
} from '../core/kit.ts';

/** A document may hold the key of NCG, with its IV, as the text of that system's `URIExtXKey`. */
const NCG_KEYS = { ncg: { systemId: 'd9e4411a-e886-4909-a380-a77f28d52335', isRequired: false } } as const;

/** Options of `keyCpixFile`. */
export interface KeyCpixFileOptions {
  /**
   * A CPIX document, relative to the working directory; `{contentId}` stands for the title's content id,
   * percent-encoded.
   */
  readonly file: string;
  /** For encrypted keys, the recipient's private key without passphrase: PEM, or the path of a PEM file. */
  readonly privateKey?: string;
  /**
   * What the document has as `ContentProtectionData`: XML for the MPD, as CPIX says, or the data of the `pssh` box, as
   * PallyCon's servers write it. @default 'xml'
   */
  readonly contentProtection?: ContentProtectionForm;
}

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['file'],
  properties: {
    file: { type: 'string', minLength: 1, description: 'the path of a CPIX document' },
    privateKey: { type: 'string', minLength: 1, description: 'PEM, or the path of a PEM file' },
    contentProtection: { enum: ['xml', 'pssh-data'] },
  },
};

const CONTENT_ID = '{contentId}';

const LARGEST_FILE = 1024 * 1024;

/** Content keys from a CPIX document on disk (DASH-IF CPIX 2.0 to 2.4), with its key ids, IVs and signalling. */
export function keyCpixFile(options: KeyCpixFileOptions): Plugin {
  const { file, contentProtection = 'xml' } = options;
  const name = 'key-cpix-file';
  return {
    name,
    options: { ...options },
    schema,
    apply(packager) {
      const { hooks } = packager;
      const readingOf = async (): Promise<DocumentReading> => {
        const { privateKey: pem } = options;
        const privateKey = pem && (await readPem('The `privateKey` of key-cpix-file', pem));
        return { contentProtection, systemKeys: NCG_KEYS, privateKey };
      };
      // Which document it is, where that depends on the content id, no key id tells.
      if (!file.includes(CONTENT_ID)) {
        packager.keyFinder({
          name: 'the key document of key-cpix-file',
          find: async (ids) => {
            const keys = contentKeysOf(readCpix(await readText(file)), await readingOf());
            return keys.filter(({ hexId }) => ids.includes(hexId));
          },
        });
      }
      const documents = new WeakMap<Run, Promise<CpixDocument>>();
      hooks.acquireKey.tapPromise(name, async ({ contentId, scheme, labels }, run) => {
        const path = file.replaceAll(CONTENT_ID, fileName(contentId));
        const known = documents.get(run) ?? readDocument(path, contentId);
        documents.set(run, known);
        // One after the other: of two faults the same is told every time, and no rejection waits for its reader.
        const document = await known;
        const reading = await readingOf();
        const title = { scheme, hasOthers: labels.length > 1, keyRotation: run.title.keyRotation };
        return new ContentKeySet((place) => contentKeyFrom(document, { ...place, ...title }, reading));
      });
    },
  };
}

/** No two content ids share a name, and none leaves the folder. */
const fileName = (contentId: string): string => encodeURIComponent(contentId).replace(/^\./, '%2E');

async function readDocument(path: string, contentId: string): Promise<CpixDocument> {
  const document = readCpix(await readText(path));
  const own = document.contentId ?? document.id;
  if (own !== undefined && own !== contentId) {
    throw fail.keyDocument(
      `${path} is for the content "${own}", not for "${contentId}".`,
      'Package the title under the content id of the document, or name another file.',
    );
  }
  return document;
}

/** @param name as the config gives it: somebody may have put the document itself there */
async function readText(name: string): Promise<string> {
  const what = 'The key document of key-cpix-file';
  const text = await readSecretFile({
    what,
    path: name,
    longest: LARGEST_FILE + 1,
    refuse: (reason, hint, code) =>
      code === 'ENOENT'
        ? fail.keyMissing(`${what} was not found: ${reason}`, hint)
        : fail.keyDocument(reason, hint),
  });
  if (text.length <= LARGEST_FILE) return text;
  throw fail.keyDocument(`${name} is larger than ${LARGEST_FILE} bytes.`);
}
