/**
 * Where a Go image has its function table (pclntab) and what is relative to what. The table is found by its magic: in
 * .gopclntab, or, in stripped and position-independent images, anywhere in the data. Entries count from the beginning of the
 * code, and inlined calls from that of the read-only function data; both stand in runtime.firstmoduledata, which is found by
 * its first word, the table's address.
 *
 * Go, src/runtime/symtab.go: pcHeader, moduledata.
 */
import { Cursor } from '../cursor.js';
import type { Sections } from '../sections.js';

/** Magics of the layouts of Go 1.18 and 1.20. */
export const magics: Readonly<Record<number, 18 | 20>> = { 0xfffffff0: 18, 0xfffffff1: 20 };

/** Words of moduledata that stand at the same place since Go 1.18. */
const words = { minPc: 20, maxPc: 21, text: 22, etext: 23 } as const;
/** From there on Go 1.20 has two more: counters of coverage. */
const later: Readonly<Record<18 | 20, { readonly types: number; readonly gofunc: number }>> = { 18: { types: 35, gofunc: 38 }, 20: { types: 37, gofunc: 40 } };

export interface GoTables {
  readonly layout: 18 | 20;
  /** Name of the section of the table, for errors, and the address of its first byte. */
  readonly section: string;
  readonly address: number;
  readonly bytes: Uint8Array;
  /** The first address of code that entries count from. */
  readonly text: number | undefined;
  /** First addresses of the functions' data (inlined calls) and of the types. */
  readonly gofunc: number | undefined;
  readonly types: number | undefined;
}

const headerBytes = 72;

/** Errors: DebugError. */
export function findTables(sections: Sections): GoTables | undefined {
  const found = inSection(sections) ?? inData(sections);
  if (found === undefined) return undefined;
  const c = new Cursor(found.section, found.bytes);
  const layout = magics[c.u32()]!;
  c.at = 24;
  const written = c.u64(); // Go 1.26 leaves it zero
  const module = moduledata(sections, found.address, layout);
  const text = module?.text ?? (written > 0 ? written : sections.named('.text')?.addr);
  return { layout, ...found, text, gofunc: module?.gofunc, types: module?.types };
}

type Found = Pick<GoTables, 'section' | 'address' | 'bytes'>;

function inSection(sections: Sections): Found | undefined {
  for (const name of ['.gopclntab', '.data.rel.ro.gopclntab']) {
    const bytes = sections.bytes(name);
    if (bytes !== undefined && looksRight(bytes, 0)) return { section: name, address: sections.named(name)!.addr, bytes };
  }
  return undefined;
}

/** A table in any data of the image, by its first eight bytes and offsets that make sense. */
function inData(sections: Sections): Found | undefined {
  for (const { address, bytes } of sections.data) {
    for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
      const start = at - 1;
      if ((bytes[start]! & 0xfe) !== 0xf0 || bytes[at + 1] !== 0xff || bytes[at + 2] !== 0xff) continue; // quickly: most bytes are not it
      if ((address + start) % 8 !== 0 || !looksRight(bytes, start)) continue;
      return { section: 'pclntab', address: address + start, bytes: bytes.subarray(start) };
    }
  }
  return undefined;
}

function looksRight(bytes: Uint8Array, at: number): boolean {
  if (bytes.length - at < headerBytes) return false;
  const c = new Cursor('pclntab', bytes, at);
  if (magics[c.u32()] === undefined || c.u16() !== 0) return false;
  const quantum = c.u8();
  if ((quantum !== 1 && quantum !== 4) || c.u8() !== 8) return false;
  const functions = c.u64();
  c.at = at + 32;
  const offsets = [c.u64(), c.u64(), c.u64(), c.u64(), c.u64()];
  return functions > 0 && offsets.every((o, i) => o >= (offsets[i - 1] ?? headerBytes) && o < bytes.length - at);
}

/** What moduledata says; undefined where it is not found. Position-independent images have relocated words written out, as Go's linker does. */
function moduledata(sections: Sections, table: number, layout: 18 | 20): { text: number; gofunc: number; types: number } | undefined {
  for (const { address, bytes } of sections.data) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const word = (at: number): number => view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
    const low = table % 2 ** 32;
    const begin = (8 - (address % 8)) % 8;
    const end = bytes.length - 8 * (later[layout].gofunc + 1);
    for (let at = begin; at <= end; at += 8) {
      if (view.getUint32(at, true) !== low || word(at) !== table) continue;
      const [text, etext, min, max] = [words.text, words.etext, words.minPc, words.maxPc].map((i) => word(at + 8 * i)) as [number, number, number, number];
      if (min < text || max > etext || text >= etext) continue;
      return { text, gofunc: word(at + 8 * later[layout].gofunc), types: word(at + 8 * later[layout].types) };
    }
  }
  return undefined;
}
