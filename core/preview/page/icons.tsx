import type { JSX } from 'preact';

const PATHS = {
  play: 'M7 4.5v15l12-7.5z',
  pause: 'M6 4.5h4.5v15H6zM13.5 4.5H18v15h-4.5z',
  sound: 'M4 9.5v5h3.5L12 19V5L7.5 9.5zM14.5 8.5a5 5 0 0 1 0 7M17 6a8.5 8.5 0 0 1 0 12',
  mute: 'M4 9.5v5h3.5L12 19V5L7.5 9.5zM15.5 9.5l5 5M20.5 9.5l-5 5',
  full: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  dark: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z',
  system: 'M4 5h16v10.5H4zM9 19.5h6',
} as const;

/** Which are areas; the others are lines. */
const FILLED: readonly string[] = ['play', 'pause'];

/** A picture of 24 by 24; what it means, the button says that it is on. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }): JSX.Element {
  return (
    <svg class={FILLED.includes(name) ? 'icon filled' : 'icon'} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark of Sealpack. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path
        class="seal"
        d="M16 1.5l3 2.7 3.9-1.1 1.3 3.8 3.9.9-.5 4 2.9 2.8-2.3 3.3 1.3 3.8-3.6 1.8-.6 4-4-.1-2.4 3.2-3.5-2-3.7 1.6-1.9-3.5-4-.4.2-4-3.3-2.3 2.2-3.4-1.5-3.7 3.5-1.9.4-4 4 .2z"
      />
      <path class="hand" d="M13 10.5v11l9-5.5z" />
    </svg>
  );
}
