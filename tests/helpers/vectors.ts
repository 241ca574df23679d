/**
 * Recorded outcomes as text, so that a change of them can be read. A line without indentation names a row's form;
 * under it a line a case, what it starts from and what came of it:
 *
 *   code pc seed registers patches words > outcome registers flags memory fx
 *
 * Numbers are hexadecimal; `-` stands for none; `registers`, `words` and `memory` are `index=value` lists, after the `>` only
 * what changed; `fx` is `offset:bytes` of what changed. The outcome is `+n` (went on n bytes after pc), `@address`
 * (jumped), or `!trap` with `r` or `w` and the address of a page fault.
 */
import { expand, type Case, type Kind, type Result } from './state.js';

export interface Recorded {
  readonly case: Case;
  readonly result: Result;
}

const list = (items: readonly string[]): string => (items.length > 0 ? items.join(',') : '-');
const hexOf = (b: Uint8Array): string => Buffer.from(b).toString('hex');

export function formatVectors(kind: Kind, recorded: readonly Recorded[]): string {
  const lines = [`# ${recorded.length} cases recorded on a real processor by tests/vectors/native/record.ts; kind ${kind}`];
  let form = '';
  for (const r of recorded) {
    if (r.case.form !== form) lines.push((form = r.case.form));
    lines.push(`\t${formatCase(r.case)} > ${formatResult(r.case, r.result)}`);
  }
  return `${lines.join('\n')}\n`;
}

function formatCase(c: Case): string {
  const set = list(c.set.map(([i, v]) => `${i.toString(16)}=${v.toString(16)}`));
  const patches = list(c.patches.map((p) => p.toString(16)));
  const words = list(c.words.map(([offset, v]) => `${offset.toString(16)}=${v.toString(16)}`));
  return [hexOf(c.code), c.pc.toString(16), c.seed.toString(16), set, patches, words].join(' ');
}

function formatResult(c: Case, r: Result): string {
  const start = expand(c);
  const step = r.rip - BigInt(c.pc);
  let outcome = step > 0n && step <= 15n ? `+${step.toString(16)}` : `@${r.rip.toString(16)}`;
  if (r.trap >= 0) outcome = `!${r.trap.toString(16)}${r.trap === 14 ? (r.write ? 'w' : 'r') + r.address.toString(16) : ''}`;
  const gpr = list([...r.gpr].flatMap((v, i) => (v === start.gpr[i] ? [] : [`${i.toString(16)}=${v.toString(16)}`])));
  const memory = list(r.memory.map(([o, v]) => `${o.toString(16)}=${v.toString(16)}`));
  const fx: string[] = [];
  for (let i = 0; i < r.fx.length; i++) {
    if (r.fx[i] === start.fx[i]) continue;
    let end = i + 1;
    while (end < r.fx.length && r.fx[end] !== start.fx[end]) end++;
    fx.push(`${i.toString(16)}:${hexOf(r.fx.subarray(i, end))}`);
    i = end;
  }
  return [outcome, gpr, (r.flags & 0xcd5).toString(16), memory, list(fx)].join(' ');
}

export function parseVectors(text: string): Recorded[] {
  const lines = text.split('\n');
  const kind = /kind (\w+)/.exec(lines[0]!)![1] as Kind;
  let form = '';
  const out: Recorded[] = [];
  for (const line of lines.slice(1)) {
    if (line === '') continue;
    if (line[0] !== '\t') form = line;
    else out.push(parseLine(form, kind, line.slice(1)));
  }
  return out;
}

const number = (s: string): number => parseInt(s, 16);
const big = (s: string): bigint => BigInt(`0x${s}`);
const items = (s: string): string[] => (s === '-' ? [] : s.split(','));
const pair = (s: string): [number, bigint] => [number(s.split('=')[0]!), big(s.split('=')[1]!)];

function parseLine(form: string, kind: Kind, line: string): Recorded {
  const [code, pc, seed, set, patches, words, , outcome, gprs, flags, memory, fxs] = line.split(' ') as string[];
  const c: Case = {
    form, kind, code: Uint8Array.from(Buffer.from(code!, 'hex')), pc: number(pc!), seed: number(seed!),
    set: items(set!).map(pair), patches: items(patches!).map(number), words: items(words!).map(pair),
  };
  const start = expand(c);
  for (const [i, v] of items(gprs!).map(pair)) start.gpr[i] = v;
  for (const item of items(fxs!)) start.fx.set(Buffer.from(item.split(':')[1]!, 'hex'), number(item.split(':')[0]!));
  const fault = /^!([0-9a-f]+?)(?:([rw])([0-9a-f]+))?$/.exec(outcome!);
  const rest = outcome!.slice(1);
  const rip = fault ? BigInt(c.pc) : outcome![0] === '+' ? BigInt(c.pc) + big(rest) : big(rest);
  return {
    case: c,
    result: {
      trap: fault ? number(fault[1]!) : -1, rip, address: fault?.[3] ? big(fault[3]) : 0n, write: fault?.[2] === 'w',
      gpr: start.gpr, flags: number(flags!), fx: start.fx, memory: items(memory!).map(pair),
    },
  };
}
