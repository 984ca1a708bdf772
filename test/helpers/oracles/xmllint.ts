import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { command } from '../commands/command.ts';
import { temporaryFolder } from '../commands/folders.ts';

/** MPEG's schema of an MPD (ISO/IEC 23009-1), where it lies beside the project: elsewhere documents only have to be well-formed. */
export const MPD_SCHEMA = resolve(import.meta.dirname, '../../../../shared/conformance/DASH-MPD.xsd');

/** What libxml2 says of a document: nothing of one that is well-formed, namespaces included. */
export async function xmlComplaints(text: string, schema?: string): Promise<string> {
  const file = join(temporaryFolder(), 'document.xml');
  await writeFile(file, text);
  return fileComplaints(file, schema);
}

/** The same of a file. */
async function fileComplaints(file: string, schema?: string): Promise<string> {
  const options = schema !== undefined && existsSync(schema) ? ['--schema', schema] : [];
  const xmllint = ['--noout', '--nonet', ...options, file];
  const words = await command('sh', ['-c', 'xmllint "$@" 2>&1 || true', 'sh', ...xmllint]);
  return words.toString().replace(/^.* validates\n$/, '');
}
