import { homedir } from 'node:os';
import { join } from 'node:path';
import { fail } from '../../../core/index.ts';
import { readSecretFile } from '../../../core/kit.ts';

/** Settings by name, in lower case; a nested one is `s3.endpoint_url`. */
export type Settings = Readonly<Record<string, string>>;

/** What the files say of one profile. */
export interface Profile {
  readonly name: string;
  /** Of the credentials file, over those of the config file. */
  readonly settings: Settings;
  /** Of its `services` section. */
  readonly services: Settings;
}

const LONGEST = 1024 * 1024;

/**
 * Read `~/.aws/config` and `~/.aws/credentials`, or what AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name.
 * @param wanted the profile; absent: AWS_PROFILE, else `default`, which may be missing
 * @throws PackagerError INVALID_OPTION when a profile that was named is in none of them, or a file cannot be read
 */
export async function readProfile(wanted = process.env['AWS_PROFILE'] || undefined): Promise<Profile> {
  const name = wanted ?? 'default';
  const folder = join(homedir(), '.aws');
  const [config, credentials] = await Promise.all([
    sectionsOf('AWS_CONFIG_FILE', join(folder, 'config')),
    sectionsOf('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials')),
  ]);
  const inConfig = config.get(`profile ${name}`) ?? (name === 'default' ? config.get(name) : undefined);
  const inCredentials = credentials.get(name);
  if (wanted !== undefined && !inConfig && !inCredentials) {
    throw fail.invalidOption(
      `The AWS profile ${JSON.stringify(name)} is in neither the config file nor the credentials file.`,
      'Check AWS_PROFILE or the option `profile`, and AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE.',
    );
  }
  const settings = { ...inConfig, ...inCredentials };
  return { name, settings, services: config.get(`services ${settings['services']}`) ?? {} };
}

async function sectionsOf(variable: string, usual: string): Promise<Map<string, Settings>> {
  const path = process.env[variable] || usual;
  let isMissing = false;
  const text = await readSecretFile({
    what: `The file of ${variable}`,
    path,
    longest: LONGEST,
    refuse(reason, hint, code) {
      isMissing = code === 'ENOENT' || code === 'ENOTDIR';
      return fail.invalidOption(`The AWS settings (${variable}) cannot be read: ${reason}`, hint);
    },
  }).catch((cause) => {
    if (isMissing) return '';
    throw cause;
  });
  return readSections(text);
}

/**
 * Sections by name, of which later ones add to earlier ones; lines that are indented further belong to the setting above them, if
 * that has no value of its own. What follows a `#` or `;` behind a space is a comment.
 */
export function readSections(text: string): Map<string, Settings> {
  const sections = new Map<string, Record<string, string>>();
  let section: Record<string, string> = {};
  let parent: { readonly name: string; readonly indent: number } | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const head = /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim().replace(/\s+/g, ' ').replaceAll('"', '');
    if (head !== undefined) {
      section = sections.get(head) ?? {};
      sections.set(head, section);
      parent = undefined;
      continue;
    }
    const bare = line.replace(/(\s)[#;].*$/, '$1');
    const [, indent = '', written = '', value = ''] = /^(\s*)([^=\s]+)\s*=\s*(.*?)\s*$/.exec(bare) ?? [];
    if (written === '') continue;
    const name = written.toLowerCase();
    if (parent && indent.length > parent.indent) section[`${parent.name}.${name}`] = value;
    else {
      parent = value === '' ? { name, indent: indent.length } : undefined;
      section[name] = value;
    }
  }
  return sections;
}
