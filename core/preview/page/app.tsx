import { useEffect, useRef, useState } from 'preact/hooks';
import type { PreviewManifest, PreviewTitle } from '../api.ts';
import { ask } from './addresses.ts';
import { Chooser } from './chooser.tsx';
import { Problems } from './problems.tsx';
import { Session, type Snapshot } from './session.ts';

/** How often what a player tells is read, in milliseconds. */
const TICK = 250;

/** The page. */
export function App() {
  const [title, setTitle] = useState<PreviewTitle>();
  const [fault, setFault] = useState<string>();
  const [manifest, setManifest] = useState<PreviewManifest>();
  const [snapshot, setSnapshot] = useState<Snapshot>();
  const session = useRef<Session | undefined>(undefined);
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
    if (!manifest || !video.current || !stage.current) return;
    const current = new Session(video.current, title?.keyHint ?? '');
    session.current = current;
    const started = current.start(manifest, stage.current).catch((error: Error) => setFault(error.message));
    const timer = setInterval(() => setSnapshot(current.snapshot()), TICK);
    return () => {
      clearInterval(timer);
      void started.then(() => current.end());
    };
  }, [manifest, title]);

  return (
    <>
      <header>
        <h1>Sealpack preview</h1>
        <p>{title?.name}</p>
      </header>
      <main>
        {/* An element of its own for each: what one player leaves on it is in the next one's way. */}
        <div class="stage" key={manifest?.path} ref={stage}>
          {/* biome-ignore lint/a11y/useMediaCaption: the player adds those of the title */}
          <video ref={video} controls playsInline />
        </div>
        {fault && <p role="alert">{fault}</p>}
        <Problems problems={snapshot?.problems ?? []} />
        {title && (
          <Chooser
            title={title}
            manifest={manifest}
            onManifest={setManifest}
            snapshot={snapshot}
            player={session.current?.player}
          />
        )}
      </main>
    </>
  );
}
