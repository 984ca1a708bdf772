import type { Choice, Player } from './players/player.ts';
import type { Snapshot } from './session.ts';

interface ChooserProps {
  readonly snapshot: Snapshot | undefined;
  readonly player: Player | undefined;
}

const AUTOMATIC = 'auto';
const NONE = 'none';

/** What is played of the title: rendition, sound and text. */
export function Chooser({ snapshot, player }: ChooserProps) {
  const { renditions, audio, text, isAutomatic } = snapshot ?? {};
  return (
    <section class="panel" aria-labelledby="choose">
      <h2 id="choose">What plays</h2>
      <Select
        name="Rendition"
        value={isAutomatic ? AUTOMATIC : renditions?.chosen}
        choices={[{ id: AUTOMATIC, label: 'Automatic' }, ...(renditions?.all ?? [])]}
        onChoose={(id) => player?.chooseRendition(id === AUTOMATIC ? undefined : id)}
      />
      <Select
        name="Audio"
        value={audio?.chosen}
        choices={audio?.all ?? []}
        onChoose={(id) => player?.chooseAudio(id)}
      />
      <Select
        name="Text"
        value={text?.chosen ?? NONE}
        choices={[{ id: NONE, label: 'None' }, ...(text?.all ?? [])]}
        onChoose={(id) => player?.chooseText(id === NONE ? undefined : id)}
      />
    </section>
  );
}

interface SelectProps {
  readonly name: string;
  readonly value: string | undefined;
  readonly choices: readonly Choice[];
  readonly onChoose: (id: string) => void;
}

function Select({ name, value, choices, onChoose }: SelectProps) {
  return (
    <label class="field">
      <span>{name}</span>
      <select
        value={value ?? ''}
        disabled={choices.length < 2}
        onChange={({ currentTarget }) => onChoose(currentTarget.value)}
      >
        {!choices.some(({ id }) => id === value) && <option value="">–</option>}
        {choices.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
