/** What a stack was doing, in a few words: the call that the program itself made, and where. */
import type { DebugInfo } from '../info.js';
import type { Frame } from '../unwind/unwind.js';
import { frameText } from '../views/look.js';

/** So many names of a stack that has nothing of the program's own. */
const names = 4;
/** How calls of the kernel are made and words changed: says nothing of what for. */
const plumbing = /^(internal\/runtime\/atomic|runtime\/internal\/atomic)\.|^runtime\.(systemstack|mcall|futex|asmcgocall|systemstack_switch|casgstatus)(\.abi0)?$/;

/** `sync.(*Mutex).Unlock, called by main.f main.go:12`; `runtime.sysmon < runtime.mstart1` where no code of the program is on the stack. */
export function calls(info: DebugInfo, frames: readonly Frame[]): string {
  const library = libraryOf(info);
  let inner: string | undefined;
  const seen: string[] = [];
  for (const { lookup } of frames) {
    for (const { name, place } of info.framesAt(lookup)) {
      if (name === undefined) continue;
      const own = place !== undefined && library !== undefined ? place.file.startsWith('/') && !place.file.startsWith(library) : name.startsWith('main.');
      if (own) return inner === undefined ? frameText(name, place) : `${inner}, called by ${frameText(name, place)}`;
      inner = name;
      if (!plumbing.test(name)) seen.push(name);
    }
  }
  return seen.length === 0 ? '?' : seen.slice(0, names).join(' < ');
}

/** The folder that Go's own library was compiled in. */
function libraryOf(info: DebugInfo): string | undefined {
  const f = info.functionNamed('runtime.gopark');
  const file = f && info.placeOf(f.low)?.file;
  const end = file?.lastIndexOf('runtime/proc.go') ?? -1;
  return end > 0 ? file!.slice(0, end) : undefined;
}
