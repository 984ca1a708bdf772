/** What players tell applications of the events of a title; `heard` fills while they play. */
const heard = [];
const video = document.querySelector('video');

const hear = (scheme, start, duration, message) =>
  heard.push({ scheme, start, duration, message, at: video.currentTime });

/** dash.js takes sections out of their XML: they come as bytes. */
const textOf = (message) =>
  message instanceof Uint8Array ? btoa(String.fromCharCode(...message)) : JSON.stringify(message);

/** Of shaka-player's elements, which know what they are in. */
const withoutParents = (name, value) => (name === 'parent' ? undefined : value);

window.heard = heard;

window.listen = {
  shaka(player) {
    player.addEventListener('timelineregionenter', ({ detail }) => {
      const { schemeIdUri, startTime, endTime, eventNode } = detail;
      hear(schemeIdUri, startTime, endTime - startTime, JSON.stringify(eventNode, withoutParents));
    });
  },

  /** An application names the schemes that it waits for: all of the MPD. */
  async dashjs(player, url) {
    const mpd = new DOMParser().parseFromString(await (await fetch(url)).text(), 'text/xml');
    const schemes = [...mpd.querySelectorAll('EventStream')].map((one) => one.getAttribute('schemeIdUri'));
    for (const scheme of new Set(schemes)) {
      player.on(scheme, ({ event }) => {
        const { calculatedPresentationTime, duration, messageData } = event;
        hear(scheme, calculatedPresentationTime, duration, textOf(messageData));
      });
    }
  },

  hls(player) {
    player.once(window.Hls.Events.LEVEL_UPDATED, (_, { details }) => {
      for (const { class: scheme, startTime, duration, attr } of Object.values(details.dateRanges))
        hear(scheme || 'SCTE 35', startTime, duration, JSON.stringify(attr));
    });
  },
};
