/** The page's side of the harness: starts a player on the video element and tells how it goes. */
const video = document.querySelector('video');
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
    drmSystems: { 'org.w3.clearkey': { licenseUrl: location.href } },
    licenseResponseCallback: () => licence.buffer,
  };
}

const players = {
  async shaka(url, clearKeys) {
    await addScript('/shaka-player/shaka-player.compiled.js');
    const { shaka } = window;
    shaka.polyfill.installAll();
    const player = new shaka.Player();
    await player.attach(video);
    player.configure({ drm: { clearKeys }, streaming: { retryParameters: { maxAttempts: 1 } } });
    player.addEventListener('error', ({ detail }) => report(`shaka ${detail.code}: ${detail.message}`));
    await player.load(url);
  },

  async dashjs(url, clearKeys) {
    await addScript('/dashjs/dash.all.min.js');
    const player = window.dashjs.MediaPlayer().create();
    player.updateSettings({ debug: { logLevel: 0 } });
    player.on('error', ({ error }) => report(`dash.js ${error.code}: ${error.message}`));
    player.initialize();
    const pairs = Object.entries(clearKeys).map(([id, key]) => [base64Url(id), base64Url(key)]);
    // Told of none, it asks no licence server for them.
    if (pairs.length > 0)
      player.setProtectionData({ 'org.w3.clearkey': { clearkeys: Object.fromEntries(pairs) } });
    player.setAutoPlay(false);
    player.attachView(video);
    player.attachSource(url);
  },

  async hls(url, clearKeys) {
    await addScript('/hls.js/hls.js');
    const { Hls } = window;
    const player = new Hls(Object.keys(clearKeys).length > 0 ? clearKeyConfig(clearKeys) : {});
    player.on(Hls.Events.ERROR, (_, { fatal, details, error }) => {
      if (fatal) report(`hls.js ${details}: ${error?.message}`);
    });
    player.loadSource(url);
    player.attachMedia(video);
  },
};

/** Load, and start unless it is to wait; what goes wrong is in `playback()`. */
window.start = async ({ player, url, clearKeys, paused = false }) => {
  try {
    await players[player](url, clearKeys);
    if (!paused) await video.play();
  } catch (error) {
    report(error.code === undefined ? error : `${player} ${error.code}: ${error.message}`);
  }
};

window.playback = () => ({
  currentTime: video.currentTime,
  width: video.videoWidth,
  decodedFrames: video.getVideoPlaybackQuality().totalVideoFrames,
  errors,
});
