import { basename } from 'node:path';
import { loadNow } from '../base/load-now.ts';

/**
 * The parsers of libraries quote the text around a mistake, and a config can hold keys: these loaders say where and
 * why, and quote nothing. For the same reason their errors carry no cause.
 */
export function loadJson(path: string, content: string): unknown {
  let value: unknown;
  try {
    // Editors put a byte order mark in front, which a parser may ignore (RFC 8259, 8.1).
    value = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new Error(`it is not valid JSON: ${withoutQuotation((cause as SyntaxError).message)}`);
  }
  return notNull(path, value);
}

/** V8 says either `… in JSON at position 7` or `Unexpected token 'x', "the text" is not valid JSON`. */
export const withoutQuotation = (message: string): string =>
  message.match(/^Unexpected token '.'|^[^"]+$/u)?.[0] ?? 'a syntax error';

interface YamlMistake {
  readonly reason?: string;
  readonly mark?: { readonly line: number; readonly column: number };
}

export function loadYaml(path: string, content: string): unknown {
  let value: unknown;
  try {
    value = loadNow<typeof import('cosmiconfig')>('cosmiconfig').defaultLoaders['.yaml'](path, content);
  } catch (cause) {
    const { reason: told = 'a syntax error', mark } = cause as YamlMistake;
    // An unquoted value that begins with * or ! is an alias or a tag to YAML, and quoted as such.
    const reason = told.replace(/\s*("[^"]*"|'[^']*'|!?<[^>]*>)/gu, '');
    const place = mark ? ` (line ${mark.line + 1}, column ${mark.column + 1})` : '';
    throw new Error(`it is not valid YAML: ${reason}${place}`);
  }
  return notNull(path, value);
}

/** cosmiconfig takes `null` for no file at all. A package.json may be anybody's. */
function notNull(path: string, value: unknown): unknown {
  if (value === null && basename(path) !== 'package.json')
    throw new Error('there is nothing in it but null.');
  return value;
}
