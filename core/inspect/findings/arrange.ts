import { whereOf, withoutConsequences } from './explained.ts';
import type { Finding, Severity } from './finding.ts';

const WEIGHT: Readonly<Record<Severity, number>> = { error: 0, warning: 1, notice: 2 };

/** Words in one order on every machine: no locale. */
const byWord = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const byPlace = (one: Finding, other: Finding): number =>
  byWord(one.rendition ?? '', other.rendition ?? '') ||
  (one.time ?? -1) - (other.time ?? -1) ||
  byWord(one.file, other.file) ||
  (one.offset ?? -1) - (other.offset ?? -1);

/** The worst first, then by code and place. */
const byWorth = (one: Finding, other: Finding): number =>
  WEIGHT[one.severity] - WEIGHT[other.severity] ||
  byWord(one.code, other.code) ||
  byPlace(one, other) ||
  byWord(one.message, other.message);

/**
 * What people read, and programs compare: one finding for what is wrong in many places of a rendition, with the first place and their
 * number, without what follows from another one, in an order that depends on nothing but the findings.
 */
export function arranged(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const one of withoutConsequences(findings)) {
    const key = `${one.code} ${whereOf(one)}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].map(asOne).sort(byWorth);
}

/** Also of findings that are each of many places already. */
function asOne(group: readonly Finding[]): Finding {
  const [first, ...others] = [...group].sort(byPlace);
  const count = group.reduce((sum, one) => sum + (one.count ?? 1), 0);
  return others.length === 0 ? first! : { ...first!, count };
}
