/**
 * The functions of an image for profiles: each has code of its own, and inlined calls belong to the function around them. Quick, because whoever
 * follows calls asks at each block that is decoded and each call that runs.
 */
import { SHF } from '../../../isa/abi/elf.js';
import type { PageTable } from '../../memory/ram.js';
import type { DebugInfo } from '../info.js';

export interface ProfileFunction {
  readonly id: number;
  readonly name: string;
  /** Where it begins; -1: nobody knows. */
  readonly entry: number;
}

/** The name of all code in an address space that is not the program's. */
export const foreign = ({ id }: PageTable): string => `address space ${id}`;

export class ProfileFunctions {
  readonly all: ProfileFunction[] = [];
  private readonly byPc = new Map<number, ProfileFunction>();
  private readonly byEntry = new Map<number | string, ProfileFunction>();

  /** Errors: DebugError, ElfError where the image's tables are broken. */
  constructor(private readonly info: DebugInfo) {
    this.named('???');
    void [info.go, info.symbols]; // read now, not while a program runs
  }

  /** The function that has code at an address; a nameless one where nothing is known. */
  at(pc: number): ProfileFunction {
    let f = this.byPc.get(pc);
    if (f === undefined) this.byPc.set(pc, (f = this.find(pc)));
    return f;
  }

  private find(pc: number): ProfileFunction {
    const go = this.info.go?.at(pc);
    if (go) return this.enter(go.entry, go.entry, go.name);
    const code = this.info.sections.list.find((s) => pc >= s.addr && pc < s.addr + s.size && (s.flags & SHF.EXECINSTR) !== 0);
    if (code === undefined && this.info.sections.list.length > 0) return this.all[0]!; // as the vDSO
    const symbol = this.info.symbols.before(pc);
    // assembly has labels without a size, which reach up to the next one
    if (symbol && (pc < symbol.end || (symbol.end === symbol.start && symbol.start >= (code?.addr ?? 0)))) return this.enter(symbol.start, symbol.start, symbol.name);
    const known = this.info.functionAt(pc);
    return known ? this.enter(known.low, known.low, known.name) : this.all[0]!;
  }

  /** One that stands for code that this image has no functions for. */
  named(name: string): ProfileFunction {
    return this.enter(name, -1, name);
  }

  private enter(key: number | string, entry: number, name: string): ProfileFunction {
    let f = this.byEntry.get(key);
    if (f === undefined) {
      this.byEntry.set(key, (f = { id: this.all.length, name, entry }));
      this.all.push(f);
    }
    return f;
  }
}
