const HIDDEN = ['script', 'style'];

/**
 * The text of an HTML or XML page: each tag is a space, and what `script` and `style` hold is none. A `<` that nothing closes is
 * text. One pass: a pattern would look for the end of each tag anew, which takes a page of `<` minutes.
 */
export function withoutTags(page: string): string {
  // Only what one code unit says in one: other letters change their length.
  const lower = page.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const parts: string[] = [];
  // How far it is known that there is no further one: each end is looked for once.
  const absent = new Set<string>();
  const find = (what: string, from: number): number => {
    if (absent.has(what)) return -1;
    const at = lower.indexOf(what, from);
    if (at < 0) absent.add(what);
    return at;
  };
  let at = 0;
  for (let tag = find('<', at); tag >= 0; tag = find('<', at)) {
    const end = find('>', tag);
    if (end < 0) break;
    parts.push(page.slice(at, tag), ' ');
    at = end + 1;
    const name = HIDDEN.find((hidden) => lower.startsWith(hidden, tag + 1));
    const isElement = name !== undefined && /[\s>/]/.test(lower[tag + 1 + name.length] ?? '');
    const close = isElement ? find(`</${name}>`, at) : -1;
    if (close >= 0) at = close + `</${name}>`.length;
  }
  return parts.join('') + page.slice(at);
}
