/**
 * The oscilloscope: the wave that is heard now.
 *
 * @module
 */

import { byId } from "./dom.ts";

/** How much of the height a full wave takes; speech is far below full scale. */
const GAIN = 1.6;

/** Draws what an analyser sees, while something is heard. */
export class Scope {
  readonly #canvas = byId("scope", HTMLCanvasElement);
  readonly #context = this.#canvas.getContext("2d")!;
  readonly #analyser: AnalyserNode;
  readonly #samples: Float32Array<ArrayBuffer>;
  #isRunning = false;

  constructor(analyser: AnalyserNode) {
    this.#analyser = analyser;
    this.#samples = new Float32Array(analyser.fftSize);
    new ResizeObserver(() => this.#resize()).observe(this.#canvas);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => this.#draw());
  }

  /** Draws from now on, or one last time. */
  run(isRunning: boolean): void {
    const wasRunning = this.#isRunning;
    this.#isRunning = isRunning;
    if (isRunning && !wasRunning) this.#next();
  }

  #next(): void {
    requestAnimationFrame(() => {
      this.#draw();
      if (this.#isRunning) this.#next();
    });
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    this.#canvas.width = clientWidth * devicePixelRatio;
    this.#canvas.height = clientHeight * devicePixelRatio;
    this.#draw();
  }

  #draw(): void {
    const { width, height } = this.#canvas;
    const samples = this.#samples;
    this.#analyser.getFloatTimeDomainData(samples);
    const context = this.#context;
    context.clearRect(0, 0, width, height);
    context.strokeStyle = getComputedStyle(this.#canvas).color;
    context.lineWidth = 1.5 * devicePixelRatio;
    context.beginPath();
    for (let i = 0; i < samples.length; i++) {
      const x = i * width / (samples.length - 1);
      const y = (1 - Math.max(-1, Math.min(1, samples[i]! * GAIN))) * height / 2;
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.stroke();
  }
}
