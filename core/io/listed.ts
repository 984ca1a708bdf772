/** `the only one is the local disk`, `there are Acme buckets and the local disk`: the end of a sentence. */
export function listed(all: readonly { readonly name: string }[]): string {
  const names = all.map(({ name }) => name);
  return names.length > 1
    ? `there are ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
    : `the only one is ${names[0]}`;
}
