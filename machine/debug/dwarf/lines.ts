/** Line tables run into rows, and looked up both ways. DWARF 5, sections 6.2.2 and 6.2.5. */
import type { Cursor } from '../cursor.js';
import { Intervals, type Range } from '../intervals.js';
import type { Sections } from '../sections.js';
import { lineSection, type LineHeader } from './lineHeader.js';
import { firstBeyond } from '../search.js';

/** A file and a line, 0 where the table has none for code. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** Rows of a run of code, by address. `from` to `to`, exclusive, in the table; its last address is `high`. */
interface Sequence extends Range {
  readonly from: number;
  readonly to: number;
}

const enum LNS {
  copy = 1, advancePc, advanceLine, setFile, setColumn, negateStmt, setBasicBlock, constAddPc, fixedAdvancePc, setPrologueEnd, setEpilogueBegin, setIsa,
}
const enum LNE {
  endSequence = 1, setAddress = 2, defineFile = 3, setDiscriminator = 4,
}

/** A statement begins here; the function's prologue ends here. */
const isStmt = 1;
const prologueEnd = 2;

export class LineTable {
  private readonly addresses: number[] = [];
  private readonly fileNumbers: number[] = [];
  private readonly lineNumbers: number[] = [];
  private readonly flags: number[] = [];
  private readonly sequences: Intervals<Sequence>;

  constructor(sections: Sections, readonly header: LineHeader) {
    this.sequences = new Intervals(this.run(sections.cursor(lineSection, header.program, header.end)));
  }

  /** The path of a file by its number. */
  file(number: number): string | undefined {
    return this.header.files[number];
  }

  /** Where the code at an address comes from. */
  at(address: number): Place | undefined {
    const sequence = this.sequences.at(address);
    if (sequence === undefined) return undefined;
    const row = firstBeyond(sequence.from, sequence.to, (i) => this.addresses[i]! > address) - 1; // of several at one address the last, which is what the code there belongs to
    return row < sequence.from ? undefined : { file: this.file(this.fileNumbers[row]!) ?? '??', line: this.lineNumbers[row]! };
  }

  /** The addresses at which statements of a line begin, in order; of neighbours only the first. */
  addressesOf(isFile: (path: string) => boolean, line: number): number[] {
    const wanted = new Set(this.header.files.flatMap((path, i) => (path !== undefined && isFile(path) ? [i] : [])));
    if (wanted.size === 0) return [];
    const out: number[] = [];
    for (const { from, to } of this.sequences.all) {
      let inside = false;
      for (let i = from; i < to; i++) {
        const hit = this.lineNumbers[i] === line && wanted.has(this.fileNumbers[i]!);
        if (hit && !inside && (this.flags[i]! & isStmt) !== 0) out.push(this.addresses[i]!);
        inside = hit && (inside || (this.flags[i]! & isStmt) !== 0);
      }
    }
    return [...new Set(out)].sort((a, b) => a - b);
  }

  /** The first address from `low` up to `high` that the compiler marked as behind the prologue. */
  prologueEnd(low: number, high: number): number | undefined {
    const sequence = this.sequences.at(low);
    if (sequence === undefined) return undefined;
    for (let i = sequence.from; i < sequence.to; i++) {
      const address = this.addresses[i]!;
      if (address >= low && address < high && (this.flags[i]! & prologueEnd) !== 0) return address;
    }
    return undefined;
  }

  /** Every row: address, file, line, whether a statement begins there. */
  *rows(): Generator<Place & { readonly address: number; readonly isStmt: boolean }> {
    for (const { from, to } of this.sequences.all) {
      for (let i = from; i < to; i++) yield { address: this.addresses[i]!, file: this.file(this.fileNumbers[i]!) ?? '??', line: this.lineNumbers[i]!, isStmt: (this.flags[i]! & isStmt) !== 0 };
    }
  }

  private run(c: Cursor): Sequence[] {
    const { header } = this;
    const sequences: Sequence[] = [];
    let address = 0, operation = 0, file = 1, line = 1, stmt = header.defaultIsStmt, prologue = false, from = 0;
    const advance = (operations: number): void => {
      if (header.operationsPerInstruction <= 1) {
        address += operations * header.instructionBytes;
        return;
      }
      const all = operation + operations;
      address += Math.floor(all / header.operationsPerInstruction) * header.instructionBytes;
      operation = all % header.operationsPerInstruction;
    };
    const row = (): void => {
      this.addresses.push(address);
      this.fileNumbers.push(file);
      this.lineNumbers.push(line);
      this.flags.push((stmt ? isStmt : 0) | (prologue ? prologueEnd : 0));
      prologue = false;
    };
    const special = (code: number): number => {
      if (header.lineRange === 0) c.fail('special opcodes cover no lines');
      return Math.floor((code - header.opcodeBase) / header.lineRange);
    };
    const endSequence = (): void => {
      const to = this.addresses.length;
      if (to > from) {
        this.order(from, to);
        sequences.push({ low: this.addresses[from]!, high: address, from, to });
      }
      from = to;
      address = operation = 0;
      file = line = 1;
      stmt = header.defaultIsStmt;
      prologue = false;
    };
    const extended = (): void => {
      const start = c.at;
      const length = c.uleb();
      const end = c.at + length;
      if (length === 0 || end > c.end) c.fail(`an extended opcode of ${length} bytes`, start);
      const code = c.u8();
      if (code === LNE.endSequence) endSequence();
      else if (code === LNE.setAddress) {
        address = c.unsigned(length - 1);
        operation = 0;
      } else if (code === LNE.defineFile) {
        header.files.push(c.text());
      } // discriminators and what vendors add change no row
      c.at = end;
    };
    while (!c.done) {
      const code = c.u8();
      if (code >= header.opcodeBase) {
        advance(special(code));
        line += header.lineBase + ((code - header.opcodeBase) % header.lineRange);
        row();
        continue;
      }
      switch (code) {
        case 0: extended(); break;
        case LNS.copy: row(); break;
        case LNS.advancePc: advance(c.uleb()); break;
        case LNS.advanceLine: line += c.sleb(); break;
        case LNS.setFile: file = c.uleb(); break;
        case LNS.setColumn: c.skipLeb(); break;
        case LNS.negateStmt: stmt = !stmt; break;
        case LNS.setBasicBlock: case LNS.setEpilogueBegin: break;
        case LNS.constAddPc: advance(special(255)); break;
        case LNS.fixedAdvancePc: address += c.u16(); operation = 0; break;
        case LNS.setPrologueEnd: prologue = true; break;
        case LNS.setIsa: c.skipLeb(); break;
        default: for (let n = header.operands[code]!; n > 0; n--) c.skipLeb();
      }
    }
    return sequences;
  }

  /** Rows of a sequence count up in address; those of a producer that does not keep to it are put in order. */
  private order(from: number, to: number): void {
    const { addresses, fileNumbers, lineNumbers, flags } = this;
    let sorted = true;
    for (let i = from + 1; i < to && sorted; i++) sorted = addresses[i]! >= addresses[i - 1]!;
    if (sorted) return;
    const order = Array.from({ length: to - from }, (_, i) => from + i).sort((a, b) => addresses[a]! - addresses[b]!);
    for (const column of [addresses, fileNumbers, lineNumbers, flags]) {
      const moved = order.map((i) => column[i]!);
      for (let i = 0; i < moved.length; i++) column[from + i] = moved[i]!;
    }
  }
}
