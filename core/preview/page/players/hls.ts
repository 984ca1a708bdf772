import Hls, { type ErrorData } from 'hls.js';
import { keyIdOfUrl, LICENCES } from '../addresses.ts';
import { explainHls } from './explain-hls.ts';
import { renditionLabel } from './labels.ts';
import type { Choices, Playable, Player, PlayerEvents } from './player.ts';

const CLEARKEY = 'org.w3.clearkey';

/** Start hls.js on a playlist. */
export function startHls(
  video: HTMLVideoElement,
  { url, addressFor }: Playable,
  events: PlayerEvents,
): Player {
  const hls = new Hls({
    // A worker of a blob is nothing that the page may run.
    enableWorker: false,
    xhrSetup: (request, address) => request.open('GET', addressFor(address)),
    emeEnabled: true,
    drmSystems: {
      [CLEARKEY]: {
        licenseUrl: LICENCES,
        // By the key id of the playlist: boxes of the common system need not be there.
        generateRequest: (_type, _data, { decryptdata }) =>
          decryptdata.keyId ? { initDataType: 'keyids', initData: keyIds(decryptdata.keyId) } : undefined,
      },
    },
  });
  hls.on(Hls.Events.ERROR, (_, data) => {
    if (isGrave(data)) events.onProblem(explainHls(data));
  });
  hls.on(Hls.Events.KEY_LOADED, (_, { frag }) => {
    const kid = keyIdOfUrl(frag.decryptdata?.uri ?? '');
    if (kid !== undefined) events.onKey(kid);
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  return hlsPlayer(hls);
}

/** What is not fatal it mends by itself; but keys that it does not get it asks for until the viewer has gone. */
const isGrave = ({ fatal, type }: ErrorData): boolean => fatal || type === Hls.ErrorTypes.KEY_SYSTEM_ERROR;

function keyIds(kid: Uint8Array): ArrayBuffer {
  const base64 = btoa(String.fromCharCode(...kid));
  const id = base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return new TextEncoder().encode(JSON.stringify({ kids: [id] })).buffer as ArrayBuffer;
}

const hlsPlayer = (hls: Hls): Player => ({
  name: `hls.js ${Hls.version}`,
  renditions: () => ({
    all: hls.levels.map(({ width, height, bitrate, codecSet }, index) => ({
      id: String(index),
      label: renditionLabel({ width, height, bandwidth: bitrate, codecs: codecSet }),
    })),
    chosen: hls.currentLevel < 0 ? undefined : String(hls.currentLevel),
  }),
  isAutomatic: () => hls.autoLevelEnabled,
  chooseRendition(id) {
    if (id === undefined) hls.nextLevel = -1;
    else hls.nextLevel = Number(id);
  },
  audio: () => ({
    all: hls.audioTracks.map(({ name }, index) => ({ id: String(index), label: name })),
    chosen: idOf(hls.audioTrack),
  }),
  chooseAudio(id) {
    hls.audioTrack = Number(id);
  },
  text: (): Choices => ({
    all: hls.subtitleTracks.map(({ name }, index) => ({ id: String(index), label: name })),
    chosen: hls.subtitleDisplay ? idOf(hls.subtitleTrack) : undefined,
  }),
  chooseText(id) {
    hls.subtitleDisplay = id !== undefined;
    hls.subtitleTrack = id === undefined ? -1 : Number(id);
  },
  async destroy() {
    hls.destroy();
  },
});

const idOf = (index: number): string | undefined => (index < 0 ? undefined : String(index));
