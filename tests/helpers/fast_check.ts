/**
 * fast-check with one seed for every property, so that the suite does the same each time it runs.
 * `FAST_CHECK_SEED` takes another one: a hunt for new counterexamples is a loop over seeds.
 *
 * @module
 */

import fc from "fast-check";

fc.configureGlobal({ seed: Number(Deno.env.get("FAST_CHECK_SEED") ?? 20_261_125) });

export default fc;
