import { clock, uuid, whole } from './figures.ts';
import type { Snapshot } from './session.ts';

const KEY_STATES: Readonly<Record<string, { readonly word: string; readonly isGood: boolean }>> = {
  usable: { word: 'usable', isGood: true },
  given: { word: 'given', isGood: true },
  missing: { word: 'missing', isGood: false },
  'status-pending': { word: 'asked for', isGood: true },
};

/** How it plays: what is shown, what is loaded, what was lost. */
export function PlaybackPanel({ snapshot }: { readonly snapshot: Snapshot | undefined }) {
  const {
    decoded = 0,
    dropped = 0,
    ahead = 0,
    width = 0,
    height = 0,
    player,
    renditions,
    time = 0,
  } = snapshot ?? {};
  const playing = renditions?.all.find(({ id }) => id === renditions.chosen)?.label;
  return (
    <section class="panel" aria-labelledby="playback">
      <h2 id="playback">Playback</h2>
      <dl class="figures">
        <Figure name="Picture" value={width > 0 ? `${width} × ${height}` : '–'} />
        <Figure name="Buffer ahead" value={`${ahead.toFixed(1)} s`} />
        <Figure name="Frames decoded" value={whole(decoded)} />
        <Figure name="Frames dropped" value={whole(dropped)} isBad={dropped > 0 && dropped > decoded / 50} />
        <Figure name="Position" value={clock(time)} />
        <Figure name="Player" value={player ?? '–'} />
      </dl>
      <p class="now">
        <span class="faint">Plays</span> {playing ?? '–'}
      </p>
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly isBad?: boolean;
}

function Figure({ name, value, isBad = false }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={isBad ? 'bad' : undefined}>{value}</dd>
    </div>
  );
}

/** The keys that the title has asked for, by their ids. */
export function KeysPanel({ snapshot }: { readonly snapshot: Snapshot | undefined }) {
  const keys = snapshot?.keys ?? [];
  return (
    <section class="panel" aria-labelledby="keys">
      <h2 id="keys">Keys</h2>
      {keys.length === 0 && <p class="faint">Nothing has asked for a key yet.</p>}
      <ul class="keys">
        {keys.map(({ kid, status }) => {
          const { word, isGood } = KEY_STATES[status] ?? { word: status, isGood: false };
          return (
            <li key={kid}>
              <code>{kid === 'none' ? 'of an id that nobody names' : uuid(kid)}</code>
              <span class={isGood ? 'state good' : 'state bad'}>{word}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
