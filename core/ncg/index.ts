/** NCG files: Sealpack's own documented container (plugins/NCG.md). */
export { createNcgDecryptor, createNcgProtector, type NcgDecryptor } from './cipher.ts';
export { type NcgFields, type NcgLabels, ncgFields } from './fields.ts';
export { decryptNcgFile, unwrapKey, wrapKey } from './files.ts';
export {
  type NcgHeader,
  type NcgHeaderOptions,
  parseNcgHeader,
  readNcgHeader,
  verifyNcgKey,
  writeNcgHeader,
} from './header.ts';
