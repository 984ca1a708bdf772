import { useEffect, useState } from 'preact/hooks';
import { Icon } from './icons.tsx';

const THEMES = [
  { id: 'system', label: 'As the system' },
  { id: 'light', label: 'Light' },
  { id: 'dark', label: 'Dark' },
] as const;

type Theme = (typeof THEMES)[number]['id'];

/** Light, dark, or as the system is. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>('system');
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return (
    <fieldset class="themes">
      <legend class="unseen">Colours</legend>
      {THEMES.map(({ id, label }) => (
        <label key={id} title={label}>
          <input
            class="unseen"
            type="radio"
            name="theme"
            checked={theme === id}
            onChange={() => setTheme(id)}
          />
          <Icon name={id} />
          <span class="unseen">{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
