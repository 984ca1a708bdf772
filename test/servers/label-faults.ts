import type { CpixRequest, RequestedRule } from './cpix-request.ts';
import type { KeyFault } from './key-faults.ts';
import { type IssuedKey, issueKey } from './key-store.ts';

/** A request, and the keys that answer it by their key ids there. */
interface Answered {
  readonly request: CpixRequest;
  readonly keys: ReadonlyMap<string, IssuedKey>;
}

/** What is answered when something goes wrong with the labels and their rules. */
export function withLabelFaults(answered: Answered, fault: KeyFault | undefined): Answered {
  switch (fault) {
    case 'missing-label':
      return withoutLast(answered);
    case 'unmatched-filter':
      return withFirstFilter(answered, { name: 'VideoFilter', attributes: { minPixels: '999999999' } });
    case 'unknown-filter':
      return withFirstFilter(answered, { name: 'MoonFilter', attributes: { phase: 'full' } });
    case 'half-signalled':
      return withLastSilent(answered);
    case 'two-keys':
      return withSecondKey(answered);
    default:
      return answered;
  }
}

function withoutLast({ request, keys }: Answered): Answered {
  const last = request.keys.at(-1)?.kid;
  const isOther = ({ kid }: { readonly kid: string }): boolean => kid !== last;
  const { keys: asked, systems, rules } = request;
  const left = {
    keys: asked.filter(isOther),
    systems: systems.filter(isOther),
    rules: rules.filter(isOther),
  };
  return { request: { ...request, ...left }, keys };
}

function withLastSilent({ request, keys }: Answered): Answered {
  const last = request.keys.at(-1)?.kid;
  return { request: { ...request, systems: request.systems.filter(({ kid }) => kid !== last) }, keys };
}

function withFirstFilter({ request, keys }: Answered, filter: RequestedRule['filters'][number]): Answered {
  const [first, ...others] = request.rules;
  if (!first) return { request, keys };
  const kept = first.filters.filter(({ name }) => name === 'KeyPeriodFilter');
  return { request: { ...request, rules: [{ ...first, filters: [...kept, filter] }, ...others] }, keys };
}

function withSecondKey({ request, keys }: Answered): Answered {
  const [rule] = request.rules;
  const asked = request.keys.find(({ kid }) => kid === rule?.kid);
  const issued = asked && keys.get(asked.kid);
  if (!rule || !issued) return { request, keys };
  const second = issueKey(issued.contentId, { ...issued, label: `${issued.label}-2` }, undefined, false);
  const { kid } = second;
  return {
    request: {
      ...request,
      keys: [...request.keys, { ...asked, kid }],
      rules: [...request.rules, { ...rule, kid }],
    },
    keys: new Map([...keys, [kid, second]]),
  };
}
