import shaka from 'shaka-player/dist/shaka-player.dash-es2021.js';
import { LICENCES } from '../addresses.ts';
import { explainShaka } from './explain-shaka.ts';
import { codecName, distinctLabels, renditionLabel, trackLabel } from './labels.ts';
import type { Playable, Player, PlayerEvents } from './player.ts';

/** Start shaka-player on an MPD. */
export async function startShaka(
  video: HTMLVideoElement,
  container: HTMLElement,
  { url, addressFor }: Playable,
  events: PlayerEvents,
): Promise<Player> {
  shaka.polyfill.installAll();
  const player = new shaka.Player();
  player.setVideoContainer(container);
  await player.attach(video);
  player.configure({
    drm: { servers: { 'org.w3.clearkey': LICENCES }, retryParameters: { maxAttempts: 1 } },
    streaming: { retryParameters: { maxAttempts: 2 } },
  });
  player.getNetworkingEngine()?.registerRequestFilter((_type, request) => {
    request.uris = request.uris.map(addressFor);
  });
  const tell = (error: unknown): void => {
    if (!isOver(error)) events.onProblem(explainShaka(error));
  };
  player.addEventListener('error', (event: Event) => tell((event as Event & { detail: unknown }).detail));
  void player.load(url).catch(tell);
  return shakaPlayer(player);
}

/** The viewer has gone on to another title. */
const isOver = (error: unknown): boolean => {
  const { LOAD_INTERRUPTED, OPERATION_ABORTED } = shaka.util.Error.Code;
  const { code } = error as { readonly code?: number };
  return code === LOAD_INTERRUPTED || code === OPERATION_ABORTED;
};

type VideoTrack = ReturnType<shaka.Player['getVideoTracks']>[number];

/** Where languages and roles are the same, by codec and channels. */
const audioLabels = (tracks: ReturnType<shaka.Player['getAudioTracks']>): string[] =>
  distinctLabels(
    tracks.map((track) => [
      trackLabel(track),
      codecName(track.codecs ?? ''),
      track.channelsCount ? `${track.channelsCount} channels` : '',
    ]),
  );

const shakaPlayer = (player: shaka.Player): Player => {
  const renditions = () => player.getVideoTracks().sort((one, other) => other.bandwidth - one.bandwidth);
  const idOf = ({ width, height, bandwidth, codecs }: VideoTrack): string =>
    [width, height, bandwidth, codecs].join();
  const chosenOf = <T extends { readonly active: boolean }>(tracks: readonly T[]): string | undefined => {
    const index = tracks.findIndex(({ active }) => active);
    return index < 0 ? undefined : String(index);
  };
  return {
    name: `shaka-player ${shaka.Player.version}`,
    renditions: () => ({
      all: renditions().map((track) => ({ id: idOf(track), label: renditionLabel(track) })),
      chosen: renditions()
        .filter(({ active }) => active)
        .map(idOf)[0],
    }),
    isAutomatic: () => player.getConfiguration().abr.enabled,
    chooseRendition(id) {
      player.configure('abr.enabled', id === undefined);
      const track = renditions().find((each) => idOf(each) === id);
      // What is buffered of another rendition goes: the viewer wants to see this one.
      if (track) player.selectVideoTrack(track, true, 1);
    },
    audio: () => ({
      all: audioLabels(player.getAudioTracks()).map((label, index) => ({ id: String(index), label })),
      chosen: chosenOf(player.getAudioTracks()),
    }),
    chooseAudio(id) {
      const track = player.getAudioTracks()[Number(id)];
      if (track) player.selectAudioTrack(track);
    },
    text: () => ({
      all: player.getTextTracks().map((track, index) => ({ id: String(index), label: trackLabel(track) })),
      chosen: chosenOf(player.getTextTracks()),
    }),
    chooseText(id) {
      player.selectTextTrack(id === undefined ? null : player.getTextTracks()[Number(id)]);
    },
    destroy: () => player.destroy(),
  };
};
