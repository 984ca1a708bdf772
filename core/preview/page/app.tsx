import { useEffect, useRef, useState } from 'preact/hooks';
import type { PreviewFacts, PreviewManifest, PreviewTitle } from '../api.ts';
import { ask } from './addresses.ts';
import { Chooser } from './chooser.tsx';
import { Controls } from './controls.tsx';
import { FindingsPanel } from './findings-panel.tsx';
import { Mark } from './icons.tsx';
import { ManifestChoice } from './manifest-choice.tsx';
import { KeysPanel, PlaybackPanel } from './playback-panel.tsx';
import { Problems } from './problems.tsx';
import { RequestsPanel } from './requests-panel.tsx';
import { SegmentChart } from './segment-chart.tsx';
import { Session, type Snapshot } from './session.ts';
import { ThemeSwitch } from './theme-switch.tsx';
import { Timeline } from './timeline.tsx';

/** How often what a player tells is read, in milliseconds. */
const TICK = 250;

/** The page. */
export function App() {
  const [title, setTitle] = useState<PreviewTitle>();
  const [fault, setFault] = useState<string>();
  const [manifest, setManifest] = useState<PreviewManifest>();
  const [facts, setFacts] = useOf<PreviewFacts>(manifest);
  const [snapshot, setSnapshot] = useOf<Snapshot>(manifest);
  const session = useRef<Session | undefined>(undefined);
  /** One plays at a time: what is seen of keys and requests is of that one. */
  const ended = useRef<Promise<void>>(Promise.resolve());
  const video = useRef<HTMLVideoElement>(null);
  const stage = useRef<HTMLDivElement>(null);

  useEffect(() => {
    ask<PreviewTitle>('title').then(
      (found) => {
        setTitle(found);
        setManifest(found.manifests[0]);
      },
      (error: Error) => setFault(error.message),
    );
  }, []);

  useEffect(() => {
    if (!manifest) return;
    let isCurrent = true;
    // Where a manifest cannot be read there are none: the player says what is wrong.
    ask<PreviewFacts>(`facts?manifest=${encodeURIComponent(manifest.path)}`).then(
      (found) => void (isCurrent && setFacts(manifest, found)),
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [manifest]);

  useEffect(() => {
    if (!manifest || !video.current || !stage.current) return;
    const current = new Session(video.current, title?.keyHint ?? '');
    session.current = current;
    const container = stage.current;
    const started = ended.current
      .then(() => current.start(manifest, container))
      .catch((error: Error) => setFault(error.message));
    const timer = setInterval(() => setSnapshot(manifest, current.snapshot()), TICK);
    return () => {
      clearInterval(timer);
      ended.current = Promise.all([current.end(), started]).then(() => current.end());
    };
  }, [manifest, title]);

  const seek = (seconds: number): void => {
    if (video.current) video.current.currentTime = seconds;
  };
  const time = snapshot?.time ?? 0;
  return (
    <>
      <header class="top">
        <p class="brand">
          <Mark />
          <span>
            Sealpack <span class="faint">preview</span>
          </span>
        </p>
        <h1>{title?.name ?? 'Preview'}</h1>
        <ThemeSwitch />
      </header>
      <main>
        <ManifestChoice manifests={title?.manifests ?? []} chosen={manifest} onChoose={setManifest} />
        <Problems problems={snapshot?.problems ?? []} fault={fault} />
        {facts && facts.elsewhere.length > 0 && (
          <p class="note">
            The manifest names its files at {facts.elsewhere.join(' and ')}. What plays here are those of this
            package.
          </p>
        )}
        <div class="columns">
          <section class="player" aria-label="Player">
            {/* An element of its own for each: what one player leaves on it is in the next one's way. */}
            <div class="stage" key={manifest?.path} ref={stage}>
              {/* biome-ignore lint/a11y/useMediaCaption: the player adds those of the title */}
              <video ref={video} playsInline aria-label={title?.name} />
            </div>
            <Controls video={video.current} snapshot={snapshot} />
            {facts && <Timeline facts={facts} time={time} onSeek={seek} />}
          </section>
          <div class="side-column">
            <Chooser snapshot={snapshot} player={session.current?.player} />
            <PlaybackPanel snapshot={snapshot} />
            <KeysPanel snapshot={snapshot} />
            <RequestsPanel snapshot={snapshot} manifest={manifest?.path ?? ''} />
          </div>
          {facts && facts.renditions.length > 0 && <SegmentChart facts={facts} time={time} />}
          {manifest && <FindingsPanel manifest={manifest.path} />}
        </div>
        <p class="unseen" role="status">
          {spoken(snapshot)}
        </p>
      </main>
    </>
  );
}

/** What was told of the manifest that is chosen. Effects end after the page is drawn: one may still tell of the manifest before. */
function useOf<Told>(manifest: PreviewManifest | undefined) {
  const [last, setLast] = useState<{ readonly of: PreviewManifest; readonly told: Told }>();
  const tell = (of: PreviewManifest, told: Told): void => setLast({ of, told });
  return [last && last.of === manifest ? last.told : undefined, tell] as const;
}

/** What a screen reader says when it changes. */
function spoken(snapshot: Snapshot | undefined): string {
  if (!snapshot || snapshot.duration === 0) return 'Loading';
  if (snapshot.isPaused) return 'Paused';
  return snapshot.width > 0 ? `Playing ${snapshot.width} by ${snapshot.height}` : 'Playing';
}
