/** A page table for tests: pages that are mapped by hand, and a machine of one engine around it. */
import { Engine, type EngineOptions } from '../../../machine/exec/engine.js';
import { frameBytes, Pte, Ram, type PageTable } from '../../../machine/memory/ram.js';

export class TestSpace implements PageTable {
  readonly pages = new Map<number, number>();
  constructor(readonly ram: Ram, readonly id = 1) {}

  pte(vpn: number): number {
    return this.pages.get(vpn) ?? 0;
  }
  /** Maps fresh frames at `va`; returns the host address of the first byte. */
  map(va: number, bytes: number, flags: number): void {
    for (let at = va; at < va + bytes; at += frameBytes) this.pages.set(at / frameBytes, this.ram.allocFrame() * 256 + flags);
  }
  protect(va: number, flags: number): void {
    this.pages.set(va / frameBytes, (this.pages.get(va / frameBytes)! & ~255) | flags);
  }
  host(va: number): number {
    const pte = this.pte(Math.floor(va / frameBytes));
    if (pte === 0) throw new Error(`0x${va.toString(16)} is not mapped`);
    return (pte >>> 8) * frameBytes + (va % frameBytes);
  }
  write(va: number, bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) {
      const at = this.host(va + i);
      this.ram.touch(Math.floor(at / frameBytes));
      this.ram.u8[at] = bytes[i]!;
    }
  }
}

export const hex = (text: string): Uint8Array => Uint8Array.from(text.replace(/\s+/g, '').match(/../g) ?? [], (b) => parseInt(b, 16));

export const codeAt = 0x400000;
export const dataAt = 0x600000;

/** An engine with code at 4 MiB (R X), 16 pages of data at 6 MiB (R W), the core's pc at the code. */
export function machine(code: string | Uint8Array, options: Partial<EngineOptions> = {}): { engine: Engine; space: TestSpace; ram: Ram } {
  const ram = new Ram(16 * 1024 * 1024);
  const engine = new Engine(ram, { cores: 1, ...options });
  const space = new TestSpace(ram);
  const bytes = typeof code === 'string' ? hex(code) : code;
  space.map(codeAt, Math.max(1, bytes.length), Pte.R | Pte.X);
  space.map(dataAt, 16 * frameBytes, Pte.R | Pte.W);
  space.write(codeAt, bytes);
  for (let core = 0; core < (options.cores ?? 1); core++) {
    engine.setSpace(core, space);
    engine.state(core).pc = codeAt;
  }
  return { engine, space, ram };
}
