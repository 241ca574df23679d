/**
 * DWARF 5 of the assembled functions: a unit per source file with its functions (.debug_info, .debug_abbrev), the
 * line table (.debug_line) and the depth of the stack at each instruction (.debug_frame), which lets a debugger
 * unwind code that keeps no frame pointer. There are no types and variables in assembly.
 *
 * Reference: DWARF Debugging Information Format version 5, sections 6.2, 6.4 and 7.5.
 */
import { SHT } from '../isa/abi/elf.js';
import type { Position, SourceFile } from './diag.js';
import { Bytes, type Section } from './elf.js';
import type { DepthEntry, LineEntry, SavedRegister } from './object.js';

export interface DwarfFunction {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  readonly local: boolean;
  readonly topFrame: boolean;
  readonly at: Position;
  readonly lines: readonly LineEntry[];
  readonly depths: readonly DepthEntry[];
}

export interface DwarfUnit {
  readonly name: string;
  readonly functions: readonly DwarfFunction[];
}

const TAG = { compileUnit: 0x11, subprogram: 0x2e };
const AT = { name: 0x03, stmtList: 0x10, lowPc: 0x11, highPc: 0x12, language: 0x13, compDir: 0x1b, producer: 0x25, declFile: 0x3a, declLine: 0x3b, external: 0x3f };
const FORM = { addr: 0x01, data8: 0x07, string: 0x08, flag: 0x0c, udata: 0x0f, secOffset: 0x17 };
/** DW_LANG_Mips_Assembler, which every producer uses for assembly. */
const assemblerLanguage = 0x8001;

/** The line program's special opcodes: line advances from lineBase, in a range of lineRange. */
const lineBase = -4;
const lineRange = 10;
const opcodeBase = 13;

/** What debuggers must know of an instruction set; registers in DWARF's numbering for it. */
export interface DwarfRules {
  readonly instructionBytes: number;
  readonly stackPointer: number;
  /** The register, or the name of the place, that holds the return address at entry. */
  readonly returnAddress: number;
  /** Bytes that a call leaves on the stack: the return address, or nothing. */
  readonly callBytes: number;
}

export function dwarfSections(units: readonly DwarfUnit[], directory: string, rules: DwarfRules): Section[] {
  const lines = new Bytes();
  const info = new Bytes();
  for (const unit of units) {
    if (unit.functions.length === 0) continue;
    const files = unitFiles(unit);
    const table = lines.length;
    lineTable(lines, unit, files, directory, rules);
    unitInfo(info, unit, files, table, directory);
  }
  if (info.length === 0) return [];
  const frame = new Bytes();
  frames(frame, units.flatMap((u) => u.functions), rules);
  return [section('.debug_abbrev', abbreviations()), section('.debug_line', lines.done()), section('.debug_frame', frame.done()), section('.debug_info', info.done())];
}

function section(name: string, bytes: Uint8Array): Section {
  return { name, type: SHT.PROGBITS, flags: 0, addr: 0, bytes, size: bytes.length, align: 1 };
}

function abbreviations(): Uint8Array {
  const out = new Bytes();
  const entry = (code: number, tag: number, children: boolean, attributes: readonly (readonly [number, number])[]): void => {
    out.uleb(code).uleb(tag).u8(children ? 1 : 0);
    for (const [name, form] of attributes) out.uleb(name).uleb(form);
    out.u8(0, 0);
  };
  entry(1, TAG.compileUnit, true, [[AT.producer, FORM.string], [AT.language, FORM.udata], [AT.name, FORM.string], [AT.compDir, FORM.string], [AT.lowPc, FORM.addr], [AT.highPc, FORM.data8], [AT.stmtList, FORM.secOffset]]);
  entry(2, TAG.subprogram, false, [[AT.name, FORM.string], [AT.external, FORM.flag], [AT.lowPc, FORM.addr], [AT.highPc, FORM.data8], [AT.declFile, FORM.udata], [AT.declLine, FORM.udata]]);
  return out.u8(0).done();
}

/** The unit's own file first, then those it includes code from. */
function unitFiles(unit: DwarfUnit): SourceFile[] {
  const files = new Map<string, SourceFile>();
  for (const f of unit.functions) {
    for (const at of [f.at, ...f.lines.map((l) => l.at)]) if (!files.has(at.file.name)) files.set(at.file.name, at.file);
  }
  return [...files.values()].sort((a, b) => Number(b.name === unit.name) - Number(a.name === unit.name));
}

/** Writes a length before what `body` writes. */
function withLength(out: Bytes, body: () => void): void {
  const at = out.length;
  out.u32(0);
  body();
  out.setU32(at, out.length - at - 4);
}

const unitEnd = (unit: DwarfUnit): number => unit.functions.reduce((n, f) => Math.max(n, f.address + f.size), 0);

function unitInfo(out: Bytes, unit: DwarfUnit, files: readonly SourceFile[], lineTableAt: number, directory: string): void {
  const low = unit.functions[0]!.address;
  withLength(out, () => {
    out.u16(5).u8(1, 8).u32(0); // version, DW_UT_compile, address size, abbreviations at 0
    out.uleb(1).cstring('rt0 asm').uleb(assemblerLanguage).cstring(unit.name).cstring(directory);
    out.u64(low).u64(unitEnd(unit) - low).u32(lineTableAt);
    for (const f of unit.functions) {
      out.uleb(2).cstring(f.name).u8(f.local ? 0 : 1).u64(f.address).u64(f.size);
      out.uleb(files.findIndex((x) => x.name === f.at.file.name)).uleb(f.at.line);
    }
    out.u8(0);
  });
}

function lineTable(out: Bytes, unit: DwarfUnit, files: readonly SourceFile[], directory: string, rules: DwarfRules): void {
  withLength(out, () => {
    out.u16(5).u8(8, 0); // version, address size, no segment selectors
    withLength(out, () => {
      out.u8(rules.instructionBytes, 1, 1, lineBase & 0xff, lineRange, opcodeBase); // one instruction a slot, is_stmt
      out.u8(0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1); // operands of the standard opcodes
      out.u8(1).uleb(1).uleb(FORM.string).uleb(1).cstring(directory); // directories: path
      out.u8(2).uleb(1).uleb(FORM.string).uleb(2).uleb(FORM.udata).uleb(files.length); // files: path, directory
      for (const f of files) out.cstring(f.name).uleb(0);
    });
    for (const f of unit.functions) lineSequence(out, f, files, rules.instructionBytes);
  });
}

/** Rows of one function, closed by an end of sequence: functions need not touch. Advances count in `unit` bytes. */
function lineSequence(out: Bytes, f: DwarfFunction, files: readonly SourceFile[], unit: number): void {
  let address = f.address;
  let line = 1;
  let file = 1; // the initial value of the register, whichever file that is
  out.u8(0, 9, 2).u64(address);
  const rows = f.lines.length > 0 ? f.lines : [{ offset: 0, at: f.at, prologueEnd: false }];
  for (const row of rows) {
    const index = files.findIndex((x) => x.name === row.at.file.name);
    if (index !== file) out.u8(4).uleb((file = index));
    if (row.prologueEnd) out.u8(10);
    const advance = (f.address + row.offset - address) / unit;
    const step = row.at.line - line;
    const special = step - lineBase + lineRange * advance + opcodeBase;
    if (step >= lineBase && step < lineBase + lineRange && special <= 255) out.u8(special);
    else {
      if (advance > 0) out.u8(2).uleb(advance);
      if (step !== 0) out.u8(3).sleb(step);
      out.u8(1);
    }
    address += advance * unit;
    line = row.at.line;
  }
  out.u8(2).uleb((f.address + f.size - address) / unit).u8(0, 1, 1);
}

/** One common entry, and for each function how far the caller's frame is from the stack pointer, and what it holds. */
function frames(out: Bytes, functions: readonly DwarfFunction[], rules: DwarfRules): void {
  const { instructionBytes: unit, stackPointer, returnAddress, callBytes } = rules;
  const entry = (body: () => void): void => {
    withLength(out, () => {
      const start = out.length - 4;
      body();
      while ((out.length - start) % 8 !== 0) out.u8(0);
    });
  };
  entry(() => {
    out.u32(0xffffffff).u8(4).cstring('').u8(8, 0).uleb(unit).sleb(-8).uleb(returnAddress);
    out.u8(0x0c).uleb(stackPointer).uleb(callBytes); // the frame starts so far above SP at entry
    if (callBytes > 0) out.u8(0x80 | returnAddress).uleb(callBytes / 8);
  });
  for (const f of functions) {
    entry(() => {
      out.u32(0).u64(f.address).u64(f.size);
      if (f.topFrame) out.u8(0x07).uleb(returnAddress); // undefined: there is no caller
      let at = 0;
      let saved: readonly SavedRegister[] = [];
      for (const d of f.depths) {
        if (d.offset === 0 && d.depth === 0) continue;
        if (d.offset > at) out.u8(0x04).u32((d.offset - at) / unit);
        at = d.offset;
        out.u8(0x0e).uleb(Math.max(0, d.depth + callBytes));
        if (!d.saved || f.topFrame) continue;
        for (const s of saved) if (!d.saved.some((x) => x.register === s.register)) out.u8(0x08).uleb(s.register);
        for (const s of d.saved) out.u8(0x80 | s.register).uleb(-s.offset / 8);
        saved = d.saved;
      }
    });
  }
}
