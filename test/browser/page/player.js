/** The page's side of the harness: starts a player on the video element and tells how it goes. */
const COMMON = 'urn:uuid:1077efec-c0b2-4d02-ace3-3c1e52e2fb4b';
const CLEARKEY = 'org.w3.clearkey';
const WIDEVINE = 'com.widevine.alpha';

const video = document.querySelector('video');
const drawnText = document.querySelector('div');
const errors = [];

function report(error) {
  errors.push(String(error));
  window.dispatchEvent(new Event('complaint'));
}

video.addEventListener('error', () => report(`video: ${video.error.message || video.error.code}`));

function addScript(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.addEventListener('load', resolve);
    script.addEventListener('error', () => reject(new Error(`${src} did not load`)));
    script.src = src;
    document.head.append(script);
  });
}

const base64Url = (hex) =>
  btoa(String.fromCharCode(...hex.match(/../g).map((byte) => Number.parseInt(byte, 16))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** hls.js asks a server for keys, whatever that answers: the page knows them. */
function clearKeyConfig(clearKeys) {
  const keys = Object.entries(clearKeys).map(([id, key]) => ({
    kty: 'oct',
    kid: base64Url(id),
    k: base64Url(key),
  }));
  const licence = new TextEncoder().encode(JSON.stringify({ keys, type: 'temporary' }));
  return {
    emeEnabled: true,
    drmSystems: { [CLEARKEY]: { licenseUrl: location.href } },
    licenseResponseCallback: () => licence.buffer,
  };
}

/** The ids of all keys of a title, as the boxes of the common system in its MPD list them. */
async function keyIdsOf(url) {
  const mpd = new DOMParser().parseFromString(await (await fetch(url)).text(), 'text/xml');
  const ids = new Set();
  for (const { textContent } of mpd.querySelectorAll(`[schemeIdUri="${COMMON}"] pssh`)) {
    const box = Uint8Array.from(atob(textContent), (char) => char.charCodeAt(0));
    const count = new DataView(box.buffer).getUint32(28);
    for (let at = 32; at < 32 + 16 * count; at += 16)
      ids.add(Array.from(box.subarray(at, at + 16), (byte) => byte.toString(16).padStart(2, '0')).join(''));
  }
  return [...ids];
}

/** Ways of dash.js to ask a server for more than the `default_KID` of each set, which is all that it does for ClearKey by itself. */
const asking = {
  /**
   * One licence for all keys: it is told their ids without the keys, and to look at no box. It stays with the quality that it starts
   * with, the best, as long as it has the key. Until it knows which keys it has nothing is loaded: it would take back pictures that it
   * has no key of, and seek, at times before it has others; then Chromium waits for the key of the former.
   */
  async 'listed-keys'(player, url) {
    const ids = await keyIdsOf(url);
    const clearkeys = Object.fromEntries(ids.map((id) => [base64Url(id), null]));
    const abr = { autoSwitchBitrate: { video: false }, initialBitrate: { video: 1e6 } };
    const protection = { ignoreEmeEncryptedEvent: true };
    player.updateSettings({ streaming: { protection, abr, scheduling: { scheduleWhilePaused: false } } });
    player.setProtectionData({ [CLEARKEY]: { clearkeys } });
    const begin = () => {
      const shown = () => {
        video.pause();
        player.updateSettings({ streaming: { scheduling: { scheduleWhilePaused: true } } });
      };
      video.addEventListener('loadeddata', shown, { once: true });
      player.play();
    };
    const heard = () => {
      player.off('keyStatusesMapUpdated', heard);
      // What it makes of them comes first.
      setTimeout(begin);
    };
    player.on('keyStatusesMapUpdated', heard);
  },

  /** As it asks for any other DRM, so that fragments with boxes make it ask again: the common system is called Widevine, under which ClearKey is. */
  async boxes(player) {
    const protection = player.getProtectionController();
    const common = protection.getKeySystems().find(({ schemeIdURI }) => schemeIdURI === COMMON);
    protection.setKeySystems([{ ...common, systemString: WIDEVINE }]);
    player.setProtectionData({ [WIDEVINE]: { systemStringPriority: [CLEARKEY] } });
    // It would look for Widevine in this browser.
    player.updateSettings({ streaming: { capabilities: { useMediaCapabilitiesApi: false } } });
  },
};

/** What is shown at a time of a set of thumbnails: the image, as it is fetched, and the place of the tile in it. */
const thumbnail = async (url, { x, y, width, height }) => {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const { width: imageWidth } = await createImageBitmap(new Blob([bytes]));
  return { image: btoa(String.fromCharCode(...bytes)), imageWidth, x, y, width, height };
};

/** Tracks of WebVTT files, by their names. */
const added = {};

/** @param set its id; or the name of a WebVTT file, which is read as one */
async function shakaThumbnails(player, set, time) {
  if (set.endsWith('.vtt'))
    added[set] ??= await player.addThumbnailsTrack(new URL(set, player.getAssetUri()).href, 'text/vtt');
  const track =
    added[set] ?? player.getImageTracks().find(({ originalImageId }) => originalImageId?.includes(set));
  const found = await player.getThumbnails(track.id, time);
  if (!found) return undefined;
  const { uris, positionX: x, positionY: y, width, height } = found;
  return thumbnail(uris[0].split('#')[0], { x, y, width, height });
}

async function dashThumbnails(player, set, time) {
  const isReady = () => player.getRepresentationsByType('image')?.length > 0;
  for (let tries = 0; tries < 600 && !isReady(); tries++) await new Promise((done) => setTimeout(done, 100));
  player.setRepresentationForTypeById('image', set);
  const found = await new Promise((done) => player.provideThumbnail(time, done));
  return found?.url ? thumbnail(found.url, found) : undefined;
}

const players = {
  async shaka(url, clearKeys, _asks, text) {
    await addScript('/shaka-player/shaka-player.compiled.js');
    const { shaka } = window;
    shaka.polyfill.installAll();
    const player = new shaka.Player();
    window.loaded = { name: 'shaka', player };
    await player.attach(video);
    // Before it loads: it leaves a header out that it was fetching when somebody chooses the track that it has chosen itself.
    const shown = text === undefined ? {} : { preferredText: [{ language: text }] };
    // The best that it has the keys of, also where a busy machine makes loopback look slow.
    const abr = { enabled: false, useNetworkInformation: false, defaultBandwidthEstimate: 1e9 };
    const streaming = { retryParameters: { maxAttempts: 1 } };
    player.configure({ ...shown, drm: { clearKeys }, abr, streaming });
    window.listen.shaka(player);
    player.addEventListener('error', ({ detail }) => report(`shaka ${detail.code}: ${detail.message}`));
    window.thumbnailsAt = (set, time) => shakaThumbnails(player, set, time);
    await player.load(url);
    window.searchAt = (rate) => player.trickPlay(rate);
    window.playAgain = () => player.cancelTrickPlay();
  },

  async dashjs(url, clearKeys, asks) {
    await addScript('/dashjs/dash.all.min.js');
    const player = window.dashjs.MediaPlayer().create();
    window.loaded = { name: 'dashjs', player };
    player.updateSettings({ debug: { logLevel: 0 } });
    player.on('error', ({ error }) => report(`dash.js ${error.code}: ${error.message}`));
    player.initialize();
    const pairs = Object.entries(clearKeys).map(([id, key]) => [base64Url(id), base64Url(key)]);
    // Told of none, it asks no licence server for them.
    if (pairs.length > 0) player.setProtectionData({ [CLEARKEY]: { clearkeys: Object.fromEntries(pairs) } });
    await asking[asks]?.(player, url);
    await window.listen.dashjs(player, url);
    player.setAutoPlay(false);
    window.thumbnailsAt = (set, time) => dashThumbnails(player, set, time);
    player.attachView(video);
    // TTML is drawn by itself, with imsc.js.
    player.attachTTMLRenderingDiv(drawnText);
    player.attachSource(url);
  },

  async hls(url, clearKeys) {
    await addScript('/hls.js/hls.js');
    const { Hls } = window;
    const player = new Hls(Object.keys(clearKeys).length > 0 ? clearKeyConfig(clearKeys) : {});
    window.loaded = { name: 'hls', player };
    player.on(Hls.Events.ERROR, (_, { fatal, details, error }) => {
      if (fatal) report(`hls.js ${details}: ${error?.message}`);
    });
    window.listen.hls(player);
    player.loadSource(url);
    player.attachMedia(video);
  },
};

/** Load, and start unless it is to wait; what goes wrong is in `playback()`. */
window.start = async ({ player, url, clearKeys, asks, text, paused = false }) => {
  try {
    await players[player](url, clearKeys, asks, text);
    if (!paused) await video.play();
  } catch (error) {
    report(error.code === undefined ? error : `${player} ${error.code}: ${error.message}`);
  }
};

const waited = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function sought(time) {
  const done = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
  video.currentTime = time;
  return done;
}

/** What is shown of subtitles at a time, by the browser or by the player itself, as plain text. */
const textsOf = (time) =>
  [...video.textTracks]
    .filter(({ mode }) => mode === 'showing')
    .flatMap(({ cues }) => [...(cues ?? [])])
    .filter(({ startTime, endTime }) => startTime <= time && time < endTime)
    // Of what dash.js draws itself, it has cues without text.
    .flatMap((cue) => cue.getCueAsHTML?.().textContent || [])
    .concat([...drawnText.querySelectorAll('p')].map(({ textContent }) => textContent));

/** Wait where the video stands until what is shown is right; answers what is shown. Fails when patience ends: on a busy machine a player may stand. */
async function textsOnce(isRight, time) {
  const start = performance.now();
  for (let tries = 1; !isRight(textsOf(time)); tries++) {
    if (performance.now() - start > window.patience)
      throw new Error(`the texts at ${time} s: never: they are ${JSON.stringify(textsOf(time))}`);
    await waited(100);
    // While they are paused, dash.js shows what has come after a seek only after the next; Shaka Player does so now and then, where the machine has other things to do.
    if (tries % 10 === 0 && window.loaded.name !== 'hls') await Promise.race([sought(time), waited(1000)]);
  }
  return textsOf(time);
}

/** Stand at a time. */
window.seekTo = (time) => sought(time).then(() => undefined);

/** What is shown of subtitles at a time: waits until the player has brought so many cues for it. */
window.textAt = async (time, count) => {
  await sought(time);
  return textsOnce(({ length }) => length === count, time);
};

/** What is shown of subtitles: waits for one text where the video stands. */
window.textBecomes = (text) => textsOnce((shown) => shown.join() === text, video.currentTime);

window.playback = () => ({
  currentTime: video.currentTime,
  width: video.videoWidth,
  decodedFrames: video.getVideoPlaybackQuality().totalVideoFrames,
  errors,
});
