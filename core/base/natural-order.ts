/** Names in the order in which people count: `2` before `10`. The same on every machine, whatever its language. */
export function naturalOrder(one: string, other: string): number {
  const [left, right] = [parts(one), parts(other)];
  for (const [index, part] of left.entries()) {
    const against = right[index];
    if (against === undefined) return 1;
    const order = isNumber(part) && isNumber(against) ? byValue(part, against) : byCode(part, against);
    if (order !== 0) return order;
  }
  // Names that count the same, `1` and `01`, still have an order.
  return left.length < right.length ? -1 : byCode(one, other);
}

/** Digits as numbers, everything else letter by letter. */
const parts = (name: string): string[] => name.match(/\d+|\D/g) ?? [];

const isNumber = (part: string): boolean => /^\d/.test(part);

/** Of any length: a number that a double cannot hold would be equal to its neighbours. */
function byValue(one: string, other: string): number {
  const [left, right] = [one.replace(/^0+/, ''), other.replace(/^0+/, '')];
  return left.length - right.length || byCode(left, right);
}

const byCode = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
