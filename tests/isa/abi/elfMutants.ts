/**
 * Mutated ELF files: whatever the bytes, the reader and the loader answer with an ElfError or succeed, soon.
 */
import { ElfError, readElf, readSections, readSymbols } from '../../../isa/abi/elf.js';
import { load } from '../../../machine/kernel/loader.js';
import { MachineStop } from '../../../machine/stop.js';
import type { Random } from '../../helpers/random.js';
import { newSpace } from '../../helpers/space.js';

/** What became of the mutants: counts by message with numbers taken out. */
export type Tally = Map<string, number>;

/** Numbers that headers are sensitive to. */
const interesting = [0n, 1n, 2n, 0x38n, 0x40n, 0x1000n, 0x7fffn, 0xffffn, 0x7fffffffn, 0xffffffffn, 0x7ffffffff000n, 1n << 47n, 1n << 53n, 1n << 63n, (1n << 64n) - 1n];

/** One to four edits, most of them in the headers; sometimes the end is cut off. */
export function mutant(image: Uint8Array, r: Random): Uint8Array {
  const out = image.slice();
  const view = new DataView(out.buffer);
  const tables = 64 + 56 * view.getUint16(56, true);
  for (let n = 1 + r.below(4); n > 0; n--) {
    const region = r.below(10) < 7 ? Math.min(tables, out.length) : out.length;
    const at = r.below(region);
    switch (r.below(4)) {
      case 0:
        out[at]! ^= 1 << r.below(8);
        break;
      case 1:
        out[at] = r.below(256);
        break;
      default: {
        const aligned = Math.min(at & ~7, out.length - 8);
        view.setBigUint64(aligned, r.below(3) === 0 ? r.u64() : r.pick(interesting), true);
      }
    }
  }
  return r.below(8) === 0 ? out.subarray(0, r.below(out.length)) : out;
}

/** Reads and loads a mutant as `rt0 run` and `rt0 objdump` would, and says what happened. Throws when that is no clean answer. */
export function answer(image: Uint8Array): string {
  const results: string[] = [];
  const attempt = (what: () => unknown): void => {
    try {
      what();
      results.push('good');
    } catch (e) {
      if (!(e instanceof ElfError) && !(e instanceof MachineStop)) throw e;
      if (e.message.includes('\n') || e.message.length > 300) throw new Error(`not one line: ${e.message}`);
      results.push(e.message.replace(/0x[0-9a-f]+|\d+/g, 'N').replace(/\(needs [^)]*\)/, '(needs X)'));
    }
  };
  attempt(() => {
    const { space, spaces } = newSpace(2 ** 22);
    const options = { arch: 'amd64', argv: ['a'], env: [], path: 'a', random: new Uint8Array(16), hwcap: 0, hwcap2: 0, platform: 'x86_64', uid: 0, gid: 0 } as const;
    load(spaces, space, image, options);
  });
  attempt(() => {
    const file = readElf(image);
    readSymbols(file, readSections(file));
  });
  return results.join(' / ');
}

export function tally(images: readonly Uint8Array[], count: number, r: Random): { answers: Tally; slowest: number } {
  const answers: Tally = new Map();
  let slowest = 0;
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    const what = answer(mutant(r.pick(images), r));
    slowest = Math.max(slowest, performance.now() - start);
    answers.set(what, (answers.get(what) ?? 0) + 1);
  }
  return { answers, slowest };
}
