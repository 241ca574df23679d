/**
 * Which kinds the interpreter prepares for: recorded by tests/bench/hot.ts from C and Go programs and the benchmark's
 * kernels, a list an instruction set. Any list gives the same results, more slowly.
 */
import { isFault, type Isa } from '../../isa/isa.js';
import type { Insn } from '../../isa/row.js';
import * as amd64 from './hotAmd64.js';
import * as arm64 from './hotArm64.js';
import type { Kind, Kinds } from './kind.js';

interface Lists {
  /**
   * Kinds that become arms of the main function, most frequent first, a line each: the bytes of an instruction that has the kind, or of
   * two that run as one; `dead` when flags are left out. Then the share of what was executed, in percent, and the name.
   */
  readonly arms: string;
  /**
   * Kinds that are not frequent but that several programs execute: one module holds them all. Also other instructions of kinds that are
   * listed already: their forms are known then.
   */
  readonly others: string;
}
const lists: Readonly<Record<Isa['arch'], Lists>> = { amd64, arm64 };

/** The arms of the main function. Kinds that call helpers stay outside: a call clobbers the host's registers. */
export function hotKinds(kinds: Kinds): Kind[] {
  return kindsOf(kinds, lists[kinds.isa.arch].arms, true).filter((kind) => !kind.calls);
}
/** What a program of some size is likely to meet, pairs left out. */
export function usualKinds(kinds: Kinds): Kind[] {
  return [...kindsOf(kinds, lists[kinds.isa.arch].arms, false), ...kindsOf(kinds, lists[kinds.isa.arch].others, false)];
}

/** The instructions and pairs of the first list as machine code, for tests. */
export function armExamples(arch: Isa['arch'] = 'amd64'): Uint8Array[] {
  return lists[arch].arms.split('\n').filter(Boolean).map((line) => Uint8Array.from(line.replace(/( dead)? ;.*/, '').split(' '), (b) => parseInt(b, 16)));
}

function kindsOf(kinds: Kinds, list: string, pairs: boolean): Kind[] {
  const found = new Set<Kind>();
  for (const line of list.split('\n')) {
    const [code, dead] = line.replace(/ ;.*/, '').split(/ (?=dead)/);
    if (!code) continue;
    const insns = decodeAll(kinds.isa, code);
    const [first, second] = [insns[0]!, insns[1]];
    if (second) {
      if (pairs) found.add(kinds.fuse(first, second));
    } else {
      found.add((dead ? kinds.dead(kinds.form(first), first) : kinds.form(first)).kind);
    }
  }
  return [...found];
}

function decodeAll(isa: Isa, code: string): Insn[] {
  const bytes = Uint8Array.from(code.split(' '), (b) => parseInt(b, 16));
  const insns: Insn[] = [];
  for (let at = 0; at < bytes.length; ) {
    const d = isa.decode(bytes, at, at, false);
    if (isFault(d)) throw new Error(`hot kind ${code}: ${d}`);
    insns.push(d);
    at += d.length;
  }
  return insns;
}
