/**
 * The compiled model of the memory hierarchy (assembly/). It has no memory of its own: an instance works on the `ram.memory` it is given,
 * as `new WebAssembly.Instance(memoryModel(), { env: { memory } })`, and machines share the code.
 */
import { modelImage } from './modelImage.js';

/** A cache: the code is the same for all machines. */
let compiled: WebAssembly.Module | undefined;

/** Reads and compiles it when first called. It imports `env.memory` only: shared, of any size that a Ram has. */
export function memoryModel(): WebAssembly.Module {
  return (compiled ??= new WebAssembly.Module(modelImage()));
}
