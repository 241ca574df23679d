/** The model's WebAssembly code. build/assembly.ts writes this module, with the code as text; in the pack it reads from among the stored data. */
export const modelImage: () => Uint8Array;
