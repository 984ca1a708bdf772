import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { readXml } from '../../core/base/xml/read-xml.ts';
import { readTextDocument } from '../../core/text/read-text.ts';
import { filesBelow } from '../helpers/titles/package.ts';

const TS_PACKET = 188;
const AES_BLOCK = 16;

/** A small file must not fill the disk. A sample takes a byte of a file or more, and some 30 in an output's headers. */
const LARGEST_OUTPUT = { factor: 40, bytes: 2 ** 20 };

/** Read again what was written; answers what is wrong with it. */
export async function outputFaults(folder: string, input: string): Promise<string[]> {
  const names = await filesBelow(folder);
  if (names.length === 0) return ['packaged, but wrote nothing'];
  const faults: string[] = [];
  let total = 0;
  for (const name of names) {
    const bytes = await readFile(join(folder, name));
    total += bytes.length;
    if (bytes.length === 0) faults.push(`wrote an empty ${name}`);
    try {
      const fault = CHECKS[extname(name)]?.(bytes);
      if (fault) faults.push(`wrote ${name}: ${fault}`);
    } catch (error) {
      faults.push(`wrote ${name}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  const { factor, bytes } = LARGEST_OUTPUT;
  const { size } = await stat(input);
  if (total > bytes + factor * size) faults.push(`made ${total} bytes of ${size}`);
  return faults;
}

const CHECKS: Readonly<Record<string, (bytes: Buffer) => string | undefined>> = {
  '.mp4': boxFault,
  '.m4s': boxFault,
  '.m4a': boxFault,
  '.m4v': boxFault,
  '.mpd': (bytes) => {
    const text = bytes.toString();
    readXml(text);
    return textFault(text);
  },
  '.m3u8': (bytes) => {
    const text = bytes.toString();
    return text.startsWith('#EXTM3U\n') ? textFault(text) : 'no playlist';
  },
  '.vtt': (bytes) => {
    const { notices } = readTextDocument(bytes, 'text');
    // In order, and without what nobody could see, is how it was written.
    return notices.find((notice) => !notice.includes('X-TIMESTAMP-MAP'));
  },
  '.ts': (bytes) => {
    if (bytes.length % TS_PACKET === 0 && bytes[0] === 0x47) return undefined;
    return bytes.length % AES_BLOCK === 0 ? undefined : 'neither transport packets nor whole blocks of AES';
  },
};

function textFault(text: string): string | undefined {
  return /NaN|undefined|Infinity|\[object|-\d+(\.\d+)?S"|:-\d/.exec(text)?.[0];
}

/** Boxes that hold nothing but boxes. */
const CONTAINERS: ReadonlySet<string> = new Set([
  ...['moov', 'trak', 'mdia', 'minf', 'dinf', 'stbl', 'edts', 'mvex', 'moof', 'traf', 'sinf', 'schi'],
]);

/** Every box must fill its place exactly, and there must be samples or what describes them. */
function boxFault(bytes: Buffer): string | undefined {
  let isMedia = false;
  const walk = (from: number, to: number): string | undefined => {
    for (let at = from; at < to; ) {
      if (to - at < 8) return `${to - at} bytes that are no box at ${at}`;
      const short = bytes.readUInt32BE(at);
      const [size, header] = short === 1 ? [Number(bytes.readBigUInt64BE(at + 8)), 16] : [short, 8];
      const type = bytes.toString('latin1', at + 4, at + 8);
      if (size < header || at + size > to)
        return `the box ${JSON.stringify(type)} at ${at} has ${size} bytes`;
      isMedia ||= type === 'moov' || type === 'moof';
      const inner = CONTAINERS.has(type) ? walk(at + header, at + size) : undefined;
      if (inner) return inner;
      at += size;
    }
    return undefined;
  };
  return walk(0, bytes.length) ?? (isMedia ? undefined : 'neither moov nor moof');
}
