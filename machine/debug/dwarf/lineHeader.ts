/** Headers of line tables (.debug_line), versions 2 to 5: the files, and what the program's codes stand for. DWARF 5, section 6.2.4. */
import type { Cursor } from '../cursor.js';
import type { Sections } from '../sections.js';
import { readForm, type Sizes, type Value } from './forms.js';
import { FORM } from './names.js';

export const lineSection = '.debug_line';

/** Kinds of content in the tables of version 5. */
const enum LNCT {
  path = 1, directoryIndex = 2,
}

export interface LineHeader {
  readonly offset: number;
  readonly end: number;
  /** The program's first byte. */
  readonly program: number;
  readonly version: number;
  readonly addressBytes: number;
  readonly instructionBytes: number;
  readonly operationsPerInstruction: number;
  readonly defaultIsStmt: boolean;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** By opcode, how many LEB128 operands a standard opcode has. */
  readonly operands: readonly number[];
  /** Whole paths by the numbers that the program uses: from 1 up to version 4, from 0 on in 5. */
  readonly files: (string | undefined)[];
}

/** A file's path behind its folders, as binutils and gdb put them together. A compilation folder `.`, which Go writes, says nothing. */
export function joined(...parts: readonly (string | undefined)[]): string {
  return parts.reduce<string>((path, part) => (part === undefined || part === '' || (path === '' && part === '.') ? path : part.startsWith('/') || path === '' ? part : `${path}/${part}`), '');
}

/** Reads the table at `offset`. `folder`, the unit's compilation folder, is what relative names are relative to. */
export function readLineHeader(sections: Sections, offset: number, folder: string | undefined, addressBytes: number): LineHeader {
  const c = sections.cursor(lineSection, offset);
  const { length, offsetBytes } = c.initialLength();
  const end = c.at + length;
  if (end > c.end) c.fail(`a table of ${length} bytes is longer than the section`, offset);
  const version = c.u16();
  if (version < 2 || version > 5) c.fail(`line table version ${version} is not read, only 2 to 5`, offset);
  let size = addressBytes;
  if (version >= 5) {
    size = c.u8();
    if (c.u8() !== 0) c.fail('segmented addresses are not read', offset);
    if (size !== 4 && size !== 8) c.fail(`addresses of ${size} bytes are not read`, offset);
  }
  const headerBytes = c.unsigned(offsetBytes);
  const program = c.at + headerBytes;
  if (program > end) c.fail('a header is longer than its table', offset);
  const instructionBytes = c.u8();
  const operationsPerInstruction = version >= 4 ? c.u8() : 1;
  const defaultIsStmt = c.u8() !== 0;
  const lineBase = c.i8();
  const lineRange = c.u8();
  const opcodeBase = c.u8();
  if (opcodeBase === 0) c.fail('opcodes begin at 0');
  const operands = [0];
  for (let i = 1; i < opcodeBase; i++) operands.push(c.u8());
  const sizes: Sizes = { version, addressBytes: size, offsetBytes };
  const files = version >= 5 ? filesOf5(sections, c, sizes, folder) : filesOf2(c, folder);
  return { offset, end, program, version, addressBytes: size, instructionBytes, operationsPerInstruction, defaultIsStmt, lineBase, lineRange, opcodeBase, operands, files };
}

/** Versions 2 to 4: folders end with an empty one, and so do files. Folder 0 is the compilation folder. */
function filesOf2(c: Cursor, folder: string | undefined): (string | undefined)[] {
  const folders = [''];
  for (let name = c.text(); name !== ''; name = c.text()) folders.push(name);
  const files: (string | undefined)[] = [undefined];
  for (let name = c.text(); name !== ''; name = c.text()) files.push(filePath(c, folder, folders, name));
  return files;
}

/** A file of versions 2 to 4 behind its name: number of its folder, time, size. */
function filePath(c: Cursor, folder: string | undefined, folders: readonly string[], name: string): string {
  const index = c.uleb();
  c.skipLeb();
  c.skipLeb();
  return joined(folder, folders[index], name);
}

/** Version 5: both tables say what their entries consist of; folder 0 is the compilation folder itself. */
function filesOf5(sections: Sections, c: Cursor, sizes: Sizes, folder: string | undefined): (string | undefined)[] {
  const folders = entries(sections, c, sizes).map((e) => e.path);
  return entries(sections, c, sizes).map(({ path, index }) => joined(folder, folders[0], index === 0 ? '' : folders[index], path));
}

function entries(sections: Sections, c: Cursor, sizes: Sizes): { path: string; index: number }[] {
  const formats: { kind: number; form: number }[] = [];
  for (let n = c.u8(); n > 0; n--) formats.push({ kind: c.uleb(), form: c.uleb() });
  const count = c.uleb();
  if (count > c.end - c.at) c.fail(`${count} entries are more than there is room for`);
  if (count > 0 && formats.length === 0) c.fail(`${count} entries consist of nothing`);
  const out: { path: string; index: number }[] = [];
  for (let n = 0; n < count; n++) {
    const entry = { path: '', index: 0 };
    for (const { kind, form } of formats) {
      const value = readForm(c, form, sizes, undefined);
      if (kind === LNCT.path) entry.path = pathText(sections, c, form, value);
      else if (kind === LNCT.directoryIndex) entry.index = Number(value);
    }
    out.push(entry);
  }
  return out;
}

function pathText(sections: Sections, c: Cursor, form: number, value: Value): string {
  if (typeof value === 'string') return value;
  if (form === FORM.lineStrp) return sections.cursor('.debug_line_str', Number(value)).text();
  if (form === FORM.strp) return sections.cursor('.debug_str', Number(value)).text();
  return c.fail(`a file's name in form 0x${form.toString(16)} is not read`);
}
