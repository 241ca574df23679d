/** The kinds that are arms of the main function. */
import { decode, isFault } from '../../isa/x86/decode.js';
import type { Insn } from '../../isa/row.js';
import type { Kind, Kinds } from './kind.js';

/** One kind a line: an instruction's bytes (or two, for a pair); `dead` when flags are left out. */
const list = `
`;

export function hotKinds(kinds: Kinds): Kind[] {
  const found = new Set<Kind>();
  for (const line of list.split('\n')) {
    const [code, dead] = line.replace(/;.*/, '').trim().split(/\s+(?=dead)/);
    if (!code) continue;
    const insns = decodeAll(code);
    if (insns.length === 2) found.add(kinds.fuse(insns[0]!, insns[1]!));
    else if (insns.length === 1) found.add(dead ? kinds.form(insns[0]!).dead.kind : kinds.form(insns[0]!).kind);
  }
  return [...found];
}

function decodeAll(code: string): Insn[] {
  const bytes = Uint8Array.from(code.split(' '), (b) => parseInt(b, 16));
  const insns: Insn[] = [];
  for (let at = 0; at < bytes.length; ) {
    const d = decode(bytes, at, at);
    if (isFault(d)) throw new Error(`hot kind ${code}: ${d}`);
    insns.push(d);
    at += d.length;
  }
  return insns;
}
