/** Small ELF images made field by field, for tests of readers and the loader. */
import { ET, EM, PT, ehdrBytes, phdrBytes } from '../../isa/abi/elf.js';

export interface Piece {
  readonly type?: number; // PT; LOAD when left out
  readonly flags: number; // PF bits
  readonly vaddr: number;
  readonly bytes: Uint8Array;
  readonly memBytes?: number; // bytes.length when left out
}

export interface ImageOptions {
  readonly pieces: readonly Piece[];
  readonly entry?: number; // the first piece's address when left out
  readonly type?: number;
  readonly machine?: number;
}

/** Each piece at its own page-aligned file offset, congruent to its address. */
export function elfImage(options: ImageOptions): Uint8Array {
  const { pieces } = options;
  const offsets: number[] = [];
  let end = ehdrBytes + phdrBytes * pieces.length;
  for (const p of pieces) {
    const at = Math.ceil(end / 4096) * 4096 + (p.vaddr % 4096);
    offsets.push(at);
    end = at + p.bytes.length;
  }
  const out = new Uint8Array(end);
  const view = new DataView(out.buffer);
  const u64 = (at: number, v: number): void => view.setBigUint64(at, BigInt(v), true);
  out.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, options.type ?? ET.EXEC, true);
  view.setUint16(18, options.machine ?? EM.X86_64, true);
  view.setUint32(20, 1, true);
  u64(24, options.entry ?? pieces[0]?.vaddr ?? 0);
  u64(32, ehdrBytes);
  view.setUint16(52, ehdrBytes, true);
  view.setUint16(54, phdrBytes, true);
  view.setUint16(56, pieces.length, true);
  view.setUint16(58, 64, true);
  pieces.forEach((p, i) => {
    const at = ehdrBytes + phdrBytes * i;
    view.setUint32(at, p.type ?? PT.LOAD, true);
    view.setUint32(at + 4, p.flags, true);
    u64(at + 8, offsets[i]!);
    u64(at + 16, p.vaddr);
    u64(at + 24, p.vaddr);
    u64(at + 32, p.bytes.length);
    u64(at + 40, p.memBytes ?? p.bytes.length);
    u64(at + 48, 4096);
    out.set(p.bytes, offsets[i]!);
  });
  return out;
}

/** A copy with bytes replaced: (offset, bytes) pairs. */
export function patched(image: Uint8Array, ...edits: (number | readonly number[])[]): Uint8Array {
  const out = image.slice();
  for (let i = 0; i < edits.length; i += 2) out.set(edits[i + 1] as readonly number[], edits[i] as number);
  return out;
}
