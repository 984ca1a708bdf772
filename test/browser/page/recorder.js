/** Hands over what it hears, without silence: before the player has data and while it stalls there is nothing to hear. */
class Recorder extends AudioWorkletProcessor {
  process([[samples]]) {
    if (samples?.some((sample) => sample !== 0)) this.port.postMessage(samples.slice());
    return true;
  }
}

registerProcessor('recorder', Recorder);
