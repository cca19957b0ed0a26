/** Sounds to try a detector of speech with. Rates are Hz, times ms. */

/** Repeatable numbers from -1 to 1. */
function* random(seed = 1): Generator<number> {
  for (let state = seed;;) {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    yield state / 2 ** 31 - 1;
  }
}

/** White noise. */
export function noise(ms: number, rate: number, amplitude: number): Float32Array<ArrayBuffer> {
  const numbers = random();
  return Float32Array.from({ length: ms * rate / 1_000 }, () => amplitude * numbers.next().value!);
}

/** A vowel: the harmonics of a voice's pitch, weaker the higher they are. */
export function vowel(ms: number, rate: number, amplitude: number): Float32Array<ArrayBuffer> {
  const pitch = 140;
  return Float32Array.from({ length: ms * rate / 1_000 }, (_, i) => {
    let sum = 0;
    for (let n = 1; n <= 8; n++) sum += Math.sin(2 * Math.PI * pitch * n * i / rate) / n;
    return amplitude * sum / 2;
  });
}

/** One after the other, over a quiet room's noise. */
export function inRoom(
  rate: number,
  ...parts: readonly (Float32Array | number)[]
): Float32Array<ArrayBuffer> {
  const sounds = parts.map((part) =>
    typeof part === "number" ? new Float32Array(part * rate / 1_000) : part
  );
  const samples = sounds.reduce((sum, { length }) => sum + length, 0);
  const room = noise(samples * 1_000 / rate, rate, 0.001);
  let at = 0;
  for (const sound of sounds) {
    for (let i = 0; i < sound.length; i++) room[at + i]! += sound[i]!;
    at += sound.length;
  }
  return room;
}
