import { useEffect, useState } from 'preact/hooks';
import type { Finding } from '../../inspect/findings/finding.ts';
import type { PreviewCheck } from '../api.ts';
import { ask } from './addresses.ts';
import { clock } from './figures.ts';

/** How often the server is asked how verification goes, in milliseconds. */
const PACE = 1000;

/** What verification says of the package, as soon as it does. */
export function FindingsPanel() {
  const [check, setCheck] = useState<PreviewCheck>();
  useEffect(() => {
    let timer = 0;
    const look = async (): Promise<void> => {
      const found = await ask<PreviewCheck>('check').catch(() => undefined);
      setCheck(found);
      if (found?.state === 'running') timer = window.setTimeout(look, PACE);
    };
    void look();
    return () => clearTimeout(timer);
  }, []);
  if (!check || check.state === 'none') return null;
  return (
    <section class="panel wide" aria-labelledby="findings">
      <div class="head">
        <h2 id="findings">Verification</h2>
        <Verdict check={check} />
      </div>
      <p aria-live="polite">{sentenceOf(check)}</p>
      {check.state === 'done' && check.findings.length > 0 && <Findings findings={check.findings} />}
    </section>
  );
}

const VERDICTS = { proved: 'proved', form: 'sound by its form', faulty: 'faulty' } as const;

function Verdict({ check }: { readonly check: PreviewCheck }) {
  if (check.state !== 'done') return null;
  return (
    <span class={check.verdict === 'faulty' ? 'state bad' : 'state good'}>{VERDICTS[check.verdict]}</span>
  );
}

function sentenceOf(check: Exclude<PreviewCheck, { readonly state: 'none' }>): string {
  if (check.state === 'running') return `It is being read: ${check.tracks} tracks so far.`;
  if (check.state === 'failed') return `It could not be verified. ${check.why}`;
  const { summary, count, findings } = check;
  return count > findings.length ? `${summary} The first ${findings.length} of ${count} findings:` : summary;
}

function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="scroll findings" aria-label="Findings" tabIndex={0}>
      <ul>
        {findings.map(({ code, severity, message, file, time, mend, clause, count = 1 }, index) => (
          <li key={index}>
            <p>
              <span class={`severity ${severity}`}>{severity}</span> {message}
            </p>
            <p>{mend}</p>
            <p class="code">
              {[code, file, time === undefined ? '' : clock(time), count > 1 ? `${count} times` : '', clause]
                .filter((part) => part)
                .join(' · ')}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
