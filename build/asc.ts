/**
 * AssemblyScript for the machine's memory: compiles sources to a module that works on a shared memory which is not its own.
 *
 * The memory belongs to `machine/memory/ram.ts`, which has given out all of it. So what the compiler would place there by itself is refused:
 * static data (strings, array literals), and objects made with `new`, whose allocator starts at the memory's low end.
 * It takes 1 s for next to nothing, 4 s for 5000 lines.
 */
import { createMemoryStream, main } from 'assemblyscript/asc';

const options = [
  '--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert',
  '--debug', // functions have their names in profiles
  '--runtime', 'stub', '--use', 'abort=', // an abort would be an import, and its messages static data
  '--importMemory', '--noExportMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536', // the least and the most: fits any
  '--enable', 'threads', '--enable', 'simd', // bulk memory and sign extension are there anyway
];

/**
 * The code of `entry` (a path from `folder`) and what it imports. `constants`: integers that sources declare and use by name. Throws with the compiler's messages, also
 * if they are only warnings, or with what must not be in such code.
 */
export async function compile(folder: string, entry: string, constants: Readonly<Record<string, number>> = {}): Promise<Uint8Array> {
  const written = new Map<string, Uint8Array | string>();
  const stderr = createMemoryStream();
  const { error } = await main([entry, '--baseDir', folder, '--outFile', 'out.wasm', '--textFile', 'out.wat', ...options, ...Object.entries(constants).flatMap(([name, value]) => ['--use', `${name}=${value}`])], {
    stderr,
    writeFile: (name: string, contents: Uint8Array | string) => void written.set(name, contents),
  });
  const said = stderr.toString().trim();
  if (error || said !== '') throw new Error(said || error?.message);
  const wrong = faults(written.get('out.wat') as string);
  if (wrong.length > 0) throw new Error(wrong.map((what) => `${entry}: ${what}`).join('\n'));
  return written.get('out.wasm') as Uint8Array;
}

/** What in a module's text would use the machine's memory unasked, or needs more than that memory. */
function faults(text: string): string[] {
  return [
    ...[...text.matchAll(/^ \(import "(.*?)" "(.*?)"/gm)].filter(([, module]) => module !== 'env').map(([, module, name]) => `imports ${module}.${name}, which is not the machine's`),
    ...(/^ \(data /m.test(text) ? ['has static data, as strings and array literals are'] : []),
    ...(/^ +memory\.grow$/m.test(text) ? ['makes objects'] : []),
  ];
}
