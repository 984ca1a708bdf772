/** `English`, `English (2)`: a NAME is unique in its group (RFC 8216, 4.3.4.1.1), also where a label looks like one of these. */
export function uniqueNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let n = 2; used.has(own); n++) own = `${name} (${n})`;
    used.add(own);
    return own;
  });
}
