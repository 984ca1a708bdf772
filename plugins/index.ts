import { cidFileName } from './cid-file-name.ts';
import { cidFixed } from './cid-fixed.ts';
import { demuxMkvTs } from './demux-mkv-ts.ts';
import { demuxMp4 } from './demux-mp4.ts';
import { gatewayCallback } from './gateway-callback.ts';
import { keyCloudKms } from './key-cloud-kms.ts';
import { keyCpixFile } from './key-cpix-file.ts';
import { keyLocal } from './key-local.ts';
import { keyManual } from './key-manual.ts';
import { dashCenc } from './mode-dash-cenc.ts';
import { hlsAes } from './mode-hls-aes.ts';
import { hlsNcg } from './mode-hls-ncg.ts';
import { ncg } from './mode-ncg.ts';
import { reportJson } from './report-json.ts';
import { reportXml } from './report-xml.ts';

export type { CidFileNameOptions } from './cid-file-name.ts';
export type { CidFixedOptions } from './cid-fixed.ts';
export type { GatewayCallbackOptions } from './gateway-callback.ts';
export type { KeyCloudKmsOptions } from './key-cloud-kms.ts';
export type { KeyCpixFileOptions } from './key-cpix-file.ts';
export type { KeyLocalOptions } from './key-local.ts';
export type { KeyManualOptions } from './key-manual.ts';
export type { DashCencOptions } from './mode-dash-cenc.ts';
export type { HlsAesOptions } from './mode-hls-aes.ts';
export type { HlsNcgOptions } from './mode-hls-ncg.ts';
export type { NcgOptions } from './mode-ncg.ts';
export type { ReportJsonOptions } from './report-json.ts';
export type { ReportXmlOptions } from './report-xml.ts';
export {
  cidFileName,
  cidFixed,
  dashCenc,
  demuxMkvTs,
  demuxMp4,
  gatewayCallback,
  hlsAes,
  hlsNcg,
  keyCloudKms,
  keyCpixFile,
  keyLocal,
  keyManual,
  ncg,
  reportJson,
  reportXml,
};

/** The built-in plugins by the names that configs use. */
export const plugins = {
  'demux-mp4': demuxMp4,
  'demux-mkv-ts': demuxMkvTs,
  'mode-dash-cenc': dashCenc,
  'mode-hls-aes': hlsAes,
  'mode-hls-ncg': hlsNcg,
  'mode-ncg': ncg,
  'key-manual': keyManual,
  'key-local': keyLocal,
  'key-cloud-kms': keyCloudKms,
  'key-cpix-file': keyCpixFile,
  'cid-fixed': cidFixed,
  'cid-file-name': cidFileName,
  'gateway-callback': gatewayCallback,
  'report-json': reportJson,
  'report-xml': reportXml,
} as const;
