/** Other packagers, each as its makers say that the same is done with it. Those that are not on the PATH are left out. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shakaPackagerPath } from '../helpers/oracles/shaka-packager.ts';
import { onPath } from './on-path.ts';
import type { Program } from './rounds.ts';
import type { Source } from './source.ts';

export const KEY_ID = '000102030405060708090a0b0c0d0e0f';
export const KEY = '101112131415161718191a1b1c1d1e1f';
export const IV = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf';

const SEGMENT_SECONDS = 6;

/** ffmpeg, which writes one fragmented file with `cenc` and nothing else of this. */
export function ffmpegCenc({ path }: Source): Program {
  const cenc = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', KEY, '-encryption_kid', KEY_ID];
  return {
    program: 'ffmpeg',
    args: ['-v', 'error', '-nostdin', '-i', path, '-c', 'copy', ...cenc, 'out.mp4'],
  };
}

/** @param layout a file for each track, or for each segment */
export function shaka({ path }: Source, scheme: 'cenc' | 'cbcs', layout: 'one' | 'many'): Program {
  const streams = ['video', 'audio'].map((kind) => {
    const output =
      layout === 'one'
        ? `output=${kind}.mp4`
        : `init_segment=${kind}-init.mp4,segment_template=${kind}-$Number$.m4s`;
    return `in=${path},stream=${kind},${output}`;
  });
  const keys = ['--enable_raw_key_encryption', '--keys', `label=:key_id=${KEY_ID}:key=${KEY}`];
  const iv = scheme === 'cbcs' ? ['--iv', IV] : [];
  const segments = ['--segment_duration', `${SEGMENT_SECONDS}`, '--mpd_output', 'stream.mpd', '--quiet'];
  const rest = ['--protection_scheme', scheme, ...iv, '--clear_lead', '0', ...segments];
  return { program: shakaPackagerPath(), args: [...streams, ...keys, ...rest] };
}

/** GPAC; `undefined` where there is none. */
export function gpac(
  { path }: Source,
  folder: string,
  scheme: 'cenc' | 'cbcs',
  layout: 'one' | 'many',
): Program | undefined {
  const program = onPath('gpac');
  if (!program) return undefined;
  const document = join(folder, `gpac-${scheme}.xml`);
  const key = `<key KID="0x${KEY_ID}" value="0x${KEY}"/>`;
  const track = (id: number, pattern: string): string => {
    const iv =
      scheme === 'cenc'
        ? `IV_size="8" first_IV="0x${IV.slice(0, 16)}"`
        : `constant_IV_size="16" constant_IV="0x${IV}" ${pattern}`;
    return `<CrypTrack trackID="${id}" IsEncrypted="1" saiSavedBox="senc" ${iv}>${key}</CrypTrack>`;
  };
  const video = track(1, 'crypt_byte_block="1" skip_byte_block="9"');
  const audio = track(2, 'crypt_byte_block="0" skip_byte_block="0"');
  const type = scheme === 'cenc' ? 'CENC AES-CTR' : 'CENC AES-CBC Pattern';
  writeFileSync(document, `<GPACDRM type="${type}">${video}${audio}</GPACDRM>`);
  const profile = layout === 'one' ? ':profile=onDemand' : ':template=seg_$RepresentationID$_$Number$';
  const output = `dash.mpd:segdur=${SEGMENT_SECONDS}${profile}`;
  return { program, args: ['-i', path, `cecrypt:cfile=${document}`, '@', '-o', output] };
}

/** Bento4, which makes fragments first and encrypts them then; `undefined` where there is none. */
export function bento4({ path }: Source, scheme: 'cenc' | 'cbcs'): Program | undefined {
  const [fragment, encrypt] = [onPath('mp4fragment'), onPath('mp4encrypt')];
  if (!fragment || !encrypt) return undefined;
  const method = scheme === 'cenc' ? 'MPEG-CENC' : 'MPEG-CBCS';
  const iv = scheme === 'cenc' ? IV.slice(0, 16) : IV;
  const keys = [1, 2].map((id) => `--key ${id}:${KEY}:${iv} --property ${id}:KID:${KEY_ID}`).join(' ');
  const cut = `'${fragment}' --fragment-duration ${1000 * SEGMENT_SECONDS} '${path}' clear.mp4`;
  const script = `${cut} && '${encrypt}' --method ${method} ${keys} clear.mp4 out.mp4`;
  return { program: 'sh', args: ['-c', script] };
}

/** Bento4's HLS in MPEG-TS. */
export function bento4Hls({ path }: Source, mode: 'SAMPLE-AES' | 'AES-128'): Program | undefined {
  const program = onPath('mp42hls');
  if (!program) return undefined;
  const encryption = ['--encryption-mode', mode, '--encryption-key', KEY + IV];
  const rest = ['--segment-duration', `${SEGMENT_SECONDS}`, '--output-single-file'];
  return { program, args: [...encryption, ...rest, path] };
}
