import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { SchemaObject } from 'ajv';
import { distFolder } from '../base/dist-folder.ts';
import { loadNow } from '../base/load-now.ts';
import { FORMATS } from './formats.ts';

/** Whether a value is right by a schema, and nothing of what is wrong with it. */
export type Check = (value: unknown) => boolean;
/** What `test/ready-checks/compile-checks.ts` makes of the schemas of the package: checks by `checkName`. */
export interface ReadyChecks {
  /** What the checks call. @default none: they are given once */
  readonly formats: Record<string, (text: string) => boolean>;
  readonly [name: `check_${string}`]: Check;
}

/** A schema is known by all that it says, whoever has it. */
export const checkName = (schema: SchemaObject): `check_${string}` =>
  `check_${createHash('sha256').update(JSON.stringify(schema)).digest('hex').slice(0, 32)}`;

let checks: ReadyChecks | undefined;
const known = new WeakMap<SchemaObject, Check | false>();

/** The check of a schema, if it was made with the package; schemas of other plugins have none. */
export function readyCheck(schema: SchemaObject): Check | undefined {
  const before = known.get(schema);
  if (before !== undefined) return before || undefined;
  checks ??= load();
  const check = checks[checkName(schema)];
  known.set(schema, check ?? false);
  return check;
}

function load(): ReadyChecks {
  try {
    const checks = loadNow<ReadyChecks>(join(distFolder(), 'checks.cjs'));
    Object.assign(checks.formats, FORMATS);
    return checks;
  } catch {
    return { formats: {} }; // not built: slower, and the same
  }
}
