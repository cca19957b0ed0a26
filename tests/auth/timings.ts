/** Median duration of a call for each input, in us; the inputs take turns, in changing order. */
export function timings(
  inputs: readonly string[],
  call: (input: string) => unknown,
  rounds = 20_000,
): number[] {
  const samples = inputs.map(() => new Float64Array(rounds));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < inputs.length; turn++) {
      const index = (turn + round) % inputs.length;
      const start = performance.now();
      call(inputs[index]!);
      samples[index]![round] = performance.now() - start;
    }
  }
  return samples.map((durations) => durations.sort()[rounds / 2]! * 1000);
}
