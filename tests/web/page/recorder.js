// Keeps every sample that passes: a measuring instrument for tests.
registerProcessor(
  "recorder",
  class extends AudioWorkletProcessor {
    /** Counted here: `currentFrame` may be the same in two calls, when the browser is in a hurry. */
    frame = undefined;

    process([[input]], [[output]]) {
      const frame = this.frame ??= currentFrame;
      this.frame += output.length;
      if (input === undefined) return true;
      output.set(input);
      if (input.some((sample) => sample !== 0)) {
        this.port.postMessage({ frame, samples: input.slice() });
      }
      return true;
    }
  },
);
