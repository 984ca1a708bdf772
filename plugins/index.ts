import { cidFileName } from './cid-file-name.ts';
import { cidFixed } from './cid-fixed.ts';
import { demuxMkvTs } from './demux-mkv-ts/demux-mkv-ts.ts';
import { demuxMp4 } from './demux-mp4.ts';
import { demuxProtected } from './demux-protected.ts';
import { demuxText } from './demux-text/demux-text.ts';
import { keyCloudKms } from './key-cloud-kms/key-cloud-kms.ts';
import { keyCommand } from './key-command/key-command.ts';
import { keyCpixFile } from './key-cpix-file.ts';
import { keyLocal } from './key-local.ts';
import { keyManual } from './key-manual.ts';
import { keyVault } from './key-vault/key-vault.ts';
import { cmaf } from './mode-cmaf.ts';
import { dashCenc } from './mode-dash-cenc.ts';
import { hlsAes } from './mode-hls-aes.ts';
import { hlsNcg } from './ncg/mode-hls-ncg.ts';
import { ncg } from './ncg/mode-ncg.ts';
import { gatewayCallback } from './pallycon/gateway-callback.ts';
import { reportXml } from './pallycon/report-xml.ts';
import { reportHtml } from './report-html/report-html.ts';
import { reportJson } from './report-json.ts';
import { sourceHttp } from './source-http/source-http.ts';
import { storeHttp } from './store-http/store-http.ts';
import { storeS3 } from './store-s3/store-s3.ts';

export type { WebAccess } from '../core/kit.ts';
export type { CidFileNameOptions } from './cid-file-name.ts';
export type { CidFixedOptions } from './cid-fixed.ts';
export type { DemuxProtectedOptions } from './demux-protected.ts';
/** Key servers that `keyCloudKms` knows, to make another of one of them. */
export { DIALECTS, type DialectName } from './key-cloud-kms/dialects/index.ts';
export type { KeyCloudKmsOptions } from './key-cloud-kms/key-cloud-kms.ts';
export type { KeyCommandOptions } from './key-command/key-command.ts';
export type { KeyCpixFileOptions } from './key-cpix-file.ts';
export type { KeyLocalOptions } from './key-local.ts';
export type { KeyManualOptions, ManualKey, ManualKeys } from './key-manual.ts';
export type { KeyVaultOptions } from './key-vault/key-vault.ts';
export type { CmafOptions } from './mode-cmaf.ts';
export type { DashCencOptions } from './mode-dash-cenc.ts';
export type { HlsAesOptions } from './mode-hls-aes.ts';
/** Reading and writing NCG files without a run. */
export { createNcgDecryptor, createNcgProtector, type NcgDecryptor } from './ncg/cipher.ts';
export { type NcgFields, type NcgLabels, ncgFields } from './ncg/fields.ts';
export { decryptNcgFile, unwrapKey, wrapKey } from './ncg/files.ts';
export { type NcgHeader, type NcgHeaderOptions, readNcgHeader, verifyNcgKey } from './ncg/header.ts';
export type { HlsNcgOptions } from './ncg/mode-hls-ncg.ts';
export type { NcgOptions } from './ncg/mode-ncg.ts';
export type { GatewayCallbackOptions } from './pallycon/gateway-callback.ts';
export type { ReportXmlOptions } from './pallycon/report-xml.ts';
export type { ReportHtmlOptions } from './report-html/report-html.ts';
export type { ReportJsonOptions } from './report-json.ts';
export type { SourceHttpOptions } from './source-http/source-http.ts';
export type { InputAccess } from './source-http/web-input.ts';
export type { OriginAccess } from './store-http/origin.ts';
export type { StoreHttpOptions } from './store-http/origin-store.ts';
export type { S3Credentials, S3Options } from './store-s3/client/types.ts';
export type { S3ObjectOptions } from './store-s3/store/object-options.ts';
export type { StoreS3Options } from './store-s3/store-s3.ts';
export {
  cidFileName,
  cidFixed,
  cmaf,
  dashCenc,
  demuxMkvTs,
  demuxMp4,
  demuxProtected,
  demuxText,
  gatewayCallback,
  hlsAes,
  hlsNcg,
  keyCloudKms,
  keyCommand,
  keyCpixFile,
  keyLocal,
  keyManual,
  keyVault,
  ncg,
  reportHtml,
  reportJson,
  reportXml,
  sourceHttp,
  storeHttp,
  storeS3,
};

/** The built-in plugins by the names that configs use. */
export const plugins = {
  'demux-mp4': demuxMp4,
  'demux-mkv-ts': demuxMkvTs,
  'demux-text': demuxText,
  'mode-dash-cenc': dashCenc,
  'mode-hls-aes': hlsAes,
  'mode-hls-ncg': hlsNcg,
  'mode-ncg': ncg,
  'mode-cmaf': cmaf,
  'key-manual': keyManual,
  'key-local': keyLocal,
  'key-cloud-kms': keyCloudKms,
  'key-cpix-file': keyCpixFile,
  'key-vault': keyVault,
  'key-command': keyCommand,
  'cid-fixed': cidFixed,
  'cid-file-name': cidFileName,
  'gateway-callback': gatewayCallback,
  'report-html': reportHtml,
  'report-json': reportJson,
  'report-xml': reportXml,
  'source-http': sourceHttp,
  'store-s3': storeS3,
  'store-http': storeHttp,
} as const;
