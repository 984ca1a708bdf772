/** What a viewer may choose, as the player's menu would have it: a language, and words that tell tracks of one language apart. */
const KINDS = {
  shaka: {
    audio: (player) =>
      player.getAudioTracks().map((track) => ({
        language: track.language,
        words: [...track.roles, track.label ?? ''],
        choose: () => player.selectAudioTrack(track),
      })),
    text: (player) =>
      player.getTextTracks().map((track) => ({
        language: track.language,
        words: [...track.roles, track.label ?? '', track.forced ? 'forced' : ''],
        choose: () => player.selectTextTrack(track),
      })),
  },

  dashjs: {
    audio: (player) =>
      player.getTracksFor('audio').map((track) => ({
        language: track.lang,
        words: track.roles.map(({ value }) => value),
        choose: () => player.setCurrentTrack(track),
      })),
    text: (player) =>
      player.getTracksFor('text').map((track, index) => ({
        language: track.lang,
        words: track.roles.map(({ value }) => value),
        choose: () => player.setTextTrack(index),
      })),
  },

  hls: {
    audio: (player) =>
      player.audioTracks.map(({ lang, name, characteristics = '' }, index) => ({
        language: lang,
        words: [name, ...characteristics.split(',')],
        choose: () => {
          player.audioTrack = index;
        },
      })),
    text: (player) =>
      player.subtitleTracks.map(({ lang, name, forced, characteristics = '' }, index) => ({
        language: lang,
        words: [name, forced ? 'forced' : '', ...characteristics.split(',')],
        choose: () => {
          player.subtitleTrack = index;
          player.subtitleDisplay = true;
        },
      })),
  },
};

const tracks = (kind) => KINDS[window.loaded.name][kind](window.loaded.player);

/** What there is to choose from, once there is anything. */
window.choices = async (kind) => {
  while (tracks(kind).length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  return tracks(kind).map(({ language, words }) => ({ language, words }));
};

/** Choose the track of a place in the list. */
window.choose = (kind, index) => tracks(kind)[index].choose();
