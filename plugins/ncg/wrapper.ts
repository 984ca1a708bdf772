import type { ContentKey } from '../../core/index.ts';
import type { ByteSource, Unwrapped, Wrapper } from '../../core/kit.ts';
import { createNcgDecryptor } from './cipher.ts';
import { isNcg, type NcgHeader, readNcgHeader } from './header.ts';

/** NCG files, for those who read finished packages: what is in one is read as if it lay there in the clear. */
export const ncgWrapper: Wrapper = {
  name: 'NCG',
  accepts: isNcg,
  async open(source, lookup): Promise<Unwrapped> {
    const header = await readNcgHeader(source);
    const { fields, headerBytes, version } = header;
    const kid = fields.keyId.replaceAll('-', '');
    const key = lookup({ kid, scheme: 'whole-file' });
    return {
      kid,
      scheme: 'ncg',
      contentId: fields.contentId,
      facts: [
        ['format', `NCG version ${version}`],
        ['licence URL', fields.licenseUrl],
        ['site id', fields.siteId ?? ''],
        ['source', fields.source],
        ['packaged', fields.packageDate],
      ],
      headerBytes,
      clear: key && clearSource(source, header, key),
    };
  },
};

/** The payload, decrypted where it is read. @throws PackagerError INVALID_KEY when the key is not that of the file */
function clearSource(source: ByteSource, header: NcgHeader, key: ContentKey): ByteSource {
  const decryptor = createNcgDecryptor(header, key);
  return {
    name: source.name,
    size: header.payloadBytes,
    async read(position, targets) {
      await source.read(header.headerBytes + position, targets);
      let at = position;
      for (const target of targets) {
        target.set(decryptor.decryptRange(at, target));
        at += target.length;
      }
    },
    close: () => source.close(),
  };
}
