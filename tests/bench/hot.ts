/**
 * Measures which kinds of micro-ops programs execute, and prints machine/exec/hot.ts's list: a kind a line, most frequent first.
 *
 *     node dist/tests/bench/hot.js [--top=N] FILE...
 *
 * Every program weighs the same. It runs block by block (a limit of one tick), so each block's runs can be counted.
 * A pair is a flag-setting instruction and the conditional jump after it, as the last of a block.
 */
import { readFileSync } from 'node:fs';
import type { Insn } from '../../isa/row.js';
import type { Form } from '../../machine/exec/kind.js';
import { Guest } from './guest.js';

interface Entry {
  readonly bytes: string;
  readonly dead: boolean;
  readonly name: string;
  share: number;
}

const text = (insn: Insn): string => [...insn.bytes].map((b) => b.toString(16).padStart(2, '0')).join(' ');

/** Records of a block as `hot.ts` names them. */
function records(insns: readonly Insn[], forms: readonly Form[]): Entry[] {
  const out: Entry[] = [];
  for (let k = 0; k < insns.length; k++) {
    const { kind } = forms[k]!;
    if (kind.unit.nodes.length === 0) continue;
    const next = insns[k + 1];
    if (k === insns.length - 2 && next!.row.cls === 'jcc' && kind.flagsWritten !== 0) {
      out.push({ bytes: `${text(insns[k]!)} ${text(next!)}`, dead: false, name: `${kind.name}; ${forms[k + 1]!.kind.name}`, share: 0 });
      break;
    }
    out.push({ bytes: text(insns[k]!), dead: kind.name.endsWith(' dead'), name: kind.name, share: 0 });
  }
  return out;
}

function measure(file: string, total: Map<string, Entry>): void {
  const guest = new Guest(readFileSync(file));
  const { engine } = guest;
  const blocks = new Map<number, Entry[]>();
  const runs = new Map<number, number>();
  engine.code.onBlock = (entry, insns, forms) => blocks.set(entry, records(insns, forms));
  const state = engine.state(0);
  guest.run((run) => {
    for (;;) {
      const { pc } = state;
      runs.set(pc, (runs.get(pc) ?? 0) + 1);
      const stop = run(state.ticks + 1);
      if (stop.reason !== 'Limit') return stop;
    }
  });
  let sum = 0;
  for (const [pc, n] of runs) sum += n * (blocks.get(pc)?.length ?? 0);
  for (const [pc, n] of runs) {
    for (const e of blocks.get(pc) ?? []) {
      const known = total.get(e.name) ?? e;
      known.share += n / sum;
      total.set(e.name, known);
    }
  }
}

const files = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const top = Number(process.argv.find((a) => a.startsWith('--top='))?.slice(6) ?? 240);
const total = new Map<string, Entry>();
for (const file of files) measure(file, total);
const sorted = [...total.values()].sort((a, b) => b.share - a.share);
let covered = 0;
sorted.slice(0, top).forEach((e) => {
  covered += e.share;
  console.log(`${e.bytes}${e.dead ? ' dead' : ''} ; ${((100 * e.share) / files.length).toFixed(2)} ${e.name}`);
});
console.error(`${sorted.length} kinds, the list covers ${((100 * covered) / files.length).toFixed(2)} %`);
