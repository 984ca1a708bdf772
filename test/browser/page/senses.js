/** What is seen and heard, told in media time and in samples: no answer depends on how fast the machine is. */
const SAMPLE_RATE = 48_000;
/** In milliseconds: ten times what a busy machine was seen to need. Pages that will be opened again are told less. */
window.patience = 300_000;

const video = document.querySelector('video');
const sourceBuffers = [];
const { addSourceBuffer } = MediaSource.prototype;

MediaSource.prototype.addSourceBuffer = function (type) {
  const buffer = addSourceBuffer.call(this, type);
  sourceBuffers.push({ type, buffer });
  return buffer;
};

/** What somebody asks first of a player that stands. */
const situation = () =>
  JSON.stringify({
    at: video.currentTime,
    readyState: video.readyState,
    seeking: video.seeking,
    paused: video.paused,
    buffered: rangesOf(video),
  });

/** The promise, unless the player complains before, or its patience ends. */
const bounded = (promise, what) =>
  Promise.race([
    promise,
    new Promise((_, reject) => {
      const giveUp = () =>
        reject(new Error(`${what}: ${window.playback().errors.join('; ') || `never: ${situation()}`}`));
      window.addEventListener('complaint', giveUp);
      setTimeout(giveUp, window.patience);
    }),
  ]);

const rangesOf = ({ buffered }) =>
  Array.from({ length: buffered.length }, (_, i) => [buffered.start(i), buffered.end(i)]);

const once = (target, name) =>
  new Promise((resolve) => target.addEventListener(name, resolve, { once: true }));

const base64 = (bytes) => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};

/** Seconds that a picture of the tests' films stands, at most. */
const ONE_PICTURE = 0.1;

const animationFrame = () => new Promise(requestAnimationFrame);

/** The media time of the next picture that is handed to the compositor, once it is on the screen. */
async function nextPicture() {
  const { mediaTime } = await new Promise((resolve) => {
    video.requestVideoFrameCallback((_, metadata) => resolve(metadata));
  });
  await animationFrame();
  await animationFrame();
  return mediaTime;
}

/** To be asked before anything is loaded: the first picture that is shown, without play and without a seek. */
window.firstPicture = () => bounded(nextPicture(), 'the first picture');

/**
 * Stop at a time and look: at the last picture that is handed over until the seek is done, as players may show one on the way. On a busy
 * machine they stand after some seek in a hundred: they are sought again, each time later.
 */
window.pictureAt = async (time) => {
  let [mediaTime, request, timer] = [undefined, undefined, undefined];
  const handedOver = new Promise((resolve) => {
    const look = (_, metadata) => {
      mediaTime = metadata.mediaTime;
      request = video.requestVideoFrameCallback(look);
      resolve();
    };
    request = video.requestVideoFrameCallback(look);
  });
  const done = Promise.all([handedOver, once(video, 'seeked')]);
  const seek = (wait) => {
    video.currentTime = time;
    timer = setTimeout(() => seek(wait * 2), wait);
  };
  seek(10_000);
  try {
    await bounded(done, `the picture at ${time}`);
    await animationFrame();
    await animationFrame();
    // On a busy machine the seek may be done before the last picture is handed over.
    for (let left = 60; left > 0 && Math.abs(mediaTime - time) > ONE_PICTURE; left--) await animationFrame();
    return mediaTime;
  } finally {
    clearTimeout(timer);
    video.cancelVideoFrameCallback(request);
  }
};

/** Play from a time to another, faster than the media: what is to be seen is whether it gets there. */
window.playThrough = async (from, to) => {
  video.currentTime = from;
  await video.play();
  // Only now: shaka-player sets its own when it starts.
  video.playbackRate = 6;
  const arrived = async () => {
    while (video.currentTime < to) await once(video, 'timeupdate');
  };
  await bounded(arrived(), `playing from ${from} to ${to}`);
  video.pause();
};

let ears;

/** From now on the sound goes through here; the element can be tapped once only. */
async function listen() {
  const context = new AudioContext({ sampleRate: SAMPLE_RATE });
  await context.audioWorklet.addModule('/page/recorder.js');
  const recorder = new AudioWorkletNode(context, 'recorder');
  context.createMediaElementSource(video).connect(recorder).connect(context.destination);
  return recorder.port;
}

/** Seek, play, and answer the first samples that are heard, up to so many seconds of sound or the end of the title. */
window.soundFrom = async (time, seconds) => {
  ears ??= listen();
  const port = await ears;
  video.pause();
  video.muted = false;
  const sought = once(video, 'seeked');
  video.currentTime = time;
  await bounded(sought, `seeking to ${time}`);

  const blocks = [];
  let count = 0;
  const enough = new Promise((resolve) => {
    port.onmessage = ({ data }) => {
      blocks.push(data);
      count += data.length;
      if (count >= seconds * SAMPLE_RATE) resolve();
    };
  });
  const ended = once(video, 'ended');
  await video.play();
  await bounded(Promise.race([enough, ended]), `${seconds} seconds of sound from ${time}`);
  video.pause();
  const samples = new Float32Array(count);
  let at = 0;
  for (const block of blocks) {
    samples.set(block, at);
    at += block.length;
  }
  return base64(new Uint8Array(samples.buffer));
};

/** What the buffers of each media type hold, in seconds, once the end of the title is there. */
window.buffered = async () => {
  const complete = () =>
    video.buffered.length > 0 && video.buffered.end(video.buffered.length - 1) > video.duration - 0.1;
  while (!complete()) await bounded(once(video, 'progress'), 'the end of the title');
  const tracks = sourceBuffers.map(({ type, buffer }) => ({ type, ranges: rangesOf(buffer) }));
  return { duration: video.duration, tracks };
};
