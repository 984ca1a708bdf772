import { clock } from './figures.ts';
import { Icon } from './icons.tsx';
import type { Snapshot } from './session.ts';

interface ControlsProps {
  readonly video: HTMLVideoElement | null;
  readonly snapshot: Snapshot | undefined;
}

/** Play, position, sound and full screen. */
export function Controls({ video, snapshot }: ControlsProps) {
  const { time = 0, duration = 0, isPaused = true, isMuted = false, buffered = [] } = snapshot ?? {};
  const share = (seconds: number): string => `${duration > 0 ? (100 * seconds) / duration : 0}%`;
  const ahead = buffered.find(({ start, end }) => start <= time + 0.1 && time < end)?.end ?? time;
  return (
    <div class="controls">
      <button
        type="button"
        class="round"
        aria-label={isPaused ? 'Play' : 'Pause'}
        onClick={() => void (isPaused ? video?.play().catch(() => undefined) : video?.pause())}
      >
        <Icon name={isPaused ? 'play' : 'pause'} />
      </button>
      <input
        class="position"
        type="range"
        aria-label="Position"
        aria-valuetext={`${clock(time)} of ${clock(duration)}`}
        min={0}
        max={duration || 1}
        step={0.1}
        value={time}
        style={{ '--played': share(time), '--loaded': share(ahead) }}
        onInput={({ currentTarget }) => {
          if (video) video.currentTime = Number(currentTarget.value);
        }}
      />
      <span class="time">
        {clock(time)} <span class="faint">/ {clock(duration)}</span>
      </span>
      <button
        type="button"
        aria-label="Sound"
        aria-pressed={!isMuted}
        onClick={() => {
          if (video) video.muted = !video.muted;
        }}
      >
        <Icon name={isMuted ? 'mute' : 'sound'} />
      </button>
      <button
        type="button"
        aria-label="Full screen"
        onClick={() =>
          void video
            ?.closest('.player')
            ?.requestFullscreen()
            .catch(() => undefined)
        }
      >
        <Icon name="full" />
      </button>
    </div>
  );
}
