// What the tests do in a page: speak with the library as a page would, and measure what is heard.

const LIBRARY = "/client.js";
const { connect } = await import(LIBRARY);

const nap = (ms) => new Promise((done) => setTimeout(done, ms));

/** A session whose sound passes a recorder and an analyser. */
export class Lab {
  static async open(address, options = {}) {
    const context = new AudioContext(options.context);
    await context.audioWorklet.addModule("/recorder.js");
    // A device that has just been opened may stand still for a moment, on a busy machine.
    const start = context.currentTime;
    while (context.state === "running" && context.currentTime < start + 0.2) await nap(5);
    const recorder = new AudioWorkletNode(context, "recorder", { outputChannelCount: [1] });
    const analyser = context.createAnalyser();
    recorder.connect(analyser).connect(context.destination);
    const session = await connect(address, {
      ...options,
      context: undefined,
      audioContext: context,
      destination: recorder,
    });
    return new Lab(context, recorder, analyser, session);
  }

  constructor(context, recorder, analyser, session) {
    this.context = context;
    this.analyser = analyser;
    this.session = session;
    this.blocks = [];
    this.events = [];
    recorder.port.onmessage = ({ data }) => this.blocks.push(data);
    for (const type of ["state", "audio", "sentence", "word", "warning", "error"]) {
      session.on(type, (event) => {
        this.events.push({ type, at: context.currentTime, text: event.text ?? String(event) });
      });
    }
  }

  /** Root mean square of what the analyser sees now. */
  level() {
    const samples = new Float32Array(this.analyser.fftSize);
    this.analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
  }

  /** Resolves when that many ms of the context's time have passed. */
  async listen(ms) {
    const end = this.context.currentTime + ms / 1000;
    while (this.context.currentTime < end) await nap(5);
  }

  /** Resolves when sound has been recorded. */
  async sound() {
    while (this.blocks.length === 0) await nap(2);
  }

  /** Sounds recorded, and the greatest step from one sample to the next. */
  sounds() {
    const { sampleRate } = this.context;
    const sounds = [];
    let steepest = 0;
    let last = { end: -Infinity, sample: 0 };
    for (const { frame, samples } of this.blocks) {
      const isNew = frame > last.end;
      let previous = isNew ? 0 : last.sample;
      for (const sample of samples) {
        steepest = Math.max(steepest, Math.abs(sample - previous));
        previous = sample;
      }
      const first = frame + samples.findIndex((sample) => sample !== 0);
      const end = frame + samples.findLastIndex((sample) => sample !== 0) + 1;
      if (isNew) sounds.push({ from: first / sampleRate, to: 0 });
      sounds.at(-1).to = end / sampleRate;
      last = { end: frame + samples.length, sample: previous };
    }
    return { sounds, steepest };
  }

  async close() {
    await this.session.close();
    await this.context.close();
  }
}

globalThis.Lab = Lab;

// With an address behind the #, the page speaks by itself, and tells what happens in the console.
if (location.hash !== "") {
  const lab = globalThis.lab = await Lab.open(location.hash.slice(1), { leadMs: 1_000 });
  console.log(`opened: ${lab.session.audioState}`);
  lab.session.on("audio", (state) => console.log(`audio: ${state}`));
  addEventListener("click", () => lab.session.unlock());
  const { outcome } = await lab.session.say("One two three four five six seven.").heard;
  console.log(`heard: ${outcome}, ${lab.sounds().sounds.length} sounds`);
}
