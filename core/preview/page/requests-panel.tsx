import { size, whole } from './figures.ts';
import type { Snapshot } from './session.ts';

interface RequestsPanelProps {
  readonly snapshot: Snapshot | undefined;
  /** Path of the one that plays: files are named from its folder. */
  readonly manifest: string;
}

/** What the player has asked the server for, newest first. */
export function RequestsPanel({ snapshot, manifest }: RequestsPanelProps) {
  const folder = manifest.slice(0, manifest.lastIndexOf('/') + 1);
  const shown = (path: string): string => (path.startsWith(folder) ? path.slice(folder.length) : path);
  const { last, count, bytes } = snapshot?.requests ?? { last: [], count: 0, bytes: 0 };
  return (
    <section class="panel wide" aria-labelledby="requests">
      <div class="head">
        <h2 id="requests">Requests</h2>
        <p class="faint">
          {whole(count)}, {size(bytes)}
        </p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section class="scroll" aria-label="Requests, newest first" tabIndex={0}>
        <table class="requests">
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">Size</th>
              <th scope="col">Time</th>
            </tr>
          </thead>
          <tbody>
            {last.map(({ id, what, bytes: length, milliseconds, status }) => (
              <tr key={id} class={status >= 400 ? 'bad' : undefined}>
                <td>{status >= 400 ? `${shown(what)} (${status})` : shown(what)}</td>
                <td>{size(length)}</td>
                <td>{milliseconds < 10 ? milliseconds.toFixed(1) : whole(milliseconds)} ms</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
