/**
 * Plays scenarios in Node: reads `{scenario, options}` from each line of its input, and writes a line
 * with `{result}` or `{error}` for each. Arguments: the module with the scenarios, and the folder
 * in which their packages are installed.
 */

import process from "node:process";
import { createInterface } from "node:readline";

const { default: scenarios } = await import(process.argv[2]);

for await (const line of createInterface({ input: process.stdin })) {
  const { scenario, options } = JSON.parse(line);
  const played = Promise.resolve().then(() => scenarios[scenario](options));
  const answer = await played.then(
    (result) => ({ result }),
    (error) => ({ error: `${scenario}: ${error.stack}` }),
  );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
// What a scenario has left open keeps no process alive.
process.exit(0);
