/** ELF images of given sections, for readers of debugging information. */
import { Bytes, writeElf, type Section } from '../../asm/elf.js';
import { PF, PT, SHF, SHT } from '../../isa/abi/elf.js';

/** Where the code of these images lies, and their data. */
export const textAt = 0x401000;
export const dataAt = 0x402000;

/** An image with some code, `data`, and debugging sections by name. */
export function imageWith(debug: Readonly<Record<string, Uint8Array>>, { data = new Uint8Array(64), flags = {} }: { data?: Uint8Array; flags?: Readonly<Record<string, number>> } = {}): Uint8Array {
  const section = (name: string, bytes: Uint8Array, f = 0, addr = 0): Section => ({ name, type: SHT.PROGBITS, flags: f, addr, bytes, size: bytes.length, align: addr > 0 ? 4096 : 1 });
  const sections = [
    section('.text', new Uint8Array(0x200).fill(0x90), SHF.ALLOC | SHF.EXECINSTR, textAt),
    section('.data', data, SHF.ALLOC | SHF.WRITE, dataAt),
    ...Object.entries(debug).map(([name, bytes]) => section(name, bytes, flags[name] ?? 0)),
  ];
  const segments = [
    { type: PT.LOAD, flags: PF.R | PF.X, sections: ['.text'], align: 4096 },
    { type: PT.LOAD, flags: PF.R | PF.W, sections: ['.data'], align: 4096 },
  ];
  return writeElf({ machine: 'amd64', entry: textAt, base: textAt, pageBytes: 4096, sections, segments });
}

/** What `body` writes, behind its length. */
export function withLength(body: (out: Bytes) => void): Bytes {
  const inner = new Bytes();
  body(inner);
  const out = new Bytes().u32(inner.length);
  for (const b of inner.done()) out.u8(b);
  return out;
}

export const bytesOf = (write: (out: Bytes) => void): Uint8Array => {
  const out = new Bytes();
  write(out);
  return out.done();
};
