import { useEffect, useState } from 'preact/hooks';
import type { Finding } from '../../inspect/findings/finding.ts';
import type { PreviewCheck, PreviewVerdict } from '../api.ts';
import { ask } from './addresses.ts';
import { clock, whole } from './figures.ts';

/** How often the server is asked how verification goes, in milliseconds. */
const PACE = 1000;

interface FindingsPanelProps {
  /** Path of the manifest that plays. */
  readonly manifest: string;
}

/** What verification says of the manifest that plays, and of its title, as soon as it does. */
export function FindingsPanel({ manifest }: FindingsPanelProps) {
  const [check, setCheck] = useState<PreviewCheck>();
  useEffect(() => {
    let timer = 0;
    let isCurrent = true;
    const look = async (): Promise<void> => {
      const query = `check?manifest=${encodeURIComponent(manifest)}`;
      const found = await ask<PreviewCheck>(query).catch(() => undefined);
      if (!isCurrent) return;
      setCheck(found);
      if (found?.state === 'running' || found?.state === 'waiting') timer = window.setTimeout(look, PACE);
    };
    setCheck(undefined);
    void look();
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [manifest]);
  if (!check || check.state === 'none') return null;
  return (
    <section class="panel wide" aria-labelledby="findings">
      <div class="head">
        <h2 id="findings">
          Verification{check.state === 'done' && check.title && <span class="of"> of {check.title}</span>}
        </h2>
        {check.state === 'done' && <Verdict {...check.own} />}
      </div>
      <div aria-live="polite">
        {check.state === 'done' ? (
          <Found of={check.own} label="Findings" />
        ) : (
          <p class="faint">{sentenceOf(check)}</p>
        )}
      </div>
      {check.state === 'done' && check.whole && (
        <div class="whole-title">
          <div class="head">
            <h3>The whole title</h3>
            <Verdict {...check.whole} />
          </div>
          <Found of={check.whole} label="Findings of other files" />
        </div>
      )}
    </section>
  );
}

const VERDICTS = { proved: 'proved', form: 'sound by its form', faulty: 'faulty' } as const;

const Verdict = ({ verdict }: PreviewVerdict) => (
  <span class={verdict === 'faulty' ? 'state bad' : 'state good'}>{VERDICTS[verdict]}</span>
);

function sentenceOf(check: Exclude<PreviewCheck, { readonly state: 'none' | 'done' }>): string {
  if (check.state === 'waiting') return 'It is verified as soon as another title has been.';
  if (check.state === 'running') return `It is being read: ${whole(check.tracks)} tracks so far.`;
  return `It could not be verified. ${check.why}`;
}

/** The verdict stands beside it, so the summary begins behind that. */
function Found({ of: { summary, count, findings }, label }: { of: PreviewVerdict; label: string }) {
  const said = summary.slice(summary.indexOf(':') + 1).trim();
  return (
    <>
      <p>{said.charAt(0).toUpperCase() + said.slice(1)}.</p>
      {count > findings.length && (
        <p class="faint">
          The first {whole(findings.length)} of {whole(count)} findings:
        </p>
      )}
      {findings.length > 0 && <Findings findings={findings} label={label} />}
    </>
  );
}

function Findings({ findings, label }: { readonly findings: readonly Finding[]; readonly label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="scroll findings" aria-label={label} tabIndex={0}>
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
