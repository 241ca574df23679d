/** What the debugger says: where the machine stands, source lines, code, memory, registers. Texts end in line ends. */
import { printGnu as printArmGnu } from '../../../isa/arm64/printGnu.js';
import { printGo as printArmGo } from '../../../isa/arm64/printGo.js';
import { printGnu } from '../../../isa/x86/printGnu.js';
import { printGo } from '../../../isa/x86/printGo.js';
import { readFileSync } from 'node:fs';
import { goroutineOf } from '../../debug/tls.js';
import { goidOf, insnAt, taskOn } from '../../debug/session/place.js';
import type { Session, Stop } from '../../debug/session/session.js';
import { memoryOf } from '../../debug/thread.js';
import type { LineEvent } from '../../exec/observer.js';
import type { Kernel } from '../../kernel/kernel.js';
import { signalName } from '../../kernel/signal.js';
import { InputError } from '../options.js';

const hex = (n: number | bigint): string => `0x${n.toString(16)}`;

/** `main.main+0x12`, or nothing. */
export function nameAt(s: Session, address: number): string {
  const f = s.info.functionAt(address);
  return f === undefined ? '' : address === f.low ? f.name : `${f.name}+${hex(address - f.low)}`;
}

/** The number of the goroutine that runs on a core; undefined where that cannot be told. */
export const goidOn = (s: Session, core: number): bigint | undefined => goidOf(s.machine, s.info, core, s.info.go && goroutineOf(s.machine, core, s.info.gFromBase)?.g);

/** Lines of source files of this computer, read once. */
export class Sources {
  private readonly files = new Map<string, readonly string[] | undefined>();

  line(file: string, number: number): string | undefined {
    if (!this.files.has(file)) {
      try {
        this.files.set(file, readFileSync(file, 'utf8').split('\n'));
      } catch {
        this.files.set(file, undefined);
      }
    }
    return this.files.get(file)?.[number - 1];
  }
}

/** `core 0, thread 1, goroutine 1; instruction 4711, cycle 5012` */
export function momentOf(s: Session): string {
  const { machine } = s;
  const tid = taskOn(machine, s.core);
  const goid = tid === 0 ? undefined : goidOn(s, s.core);
  return `core ${s.core}${tid === 0 ? ', idle' : `, thread ${tid}`}${goid === undefined ? '' : `, goroutine ${goid}`}; instruction ${machine.instructions}, cycle ${machine.cycles}`;
}

/** Where the core in focus stands, with the source line. */
export function whereOf(s: Session, sources: Sources): string {
  const { pc } = s.machine.core(s.core);
  if (taskOn(s.machine, s.core) === 0) return `[${momentOf(s)}]\n`;
  const place = s.info.placeOf(pc);
  const text = place && sources.line(place.file, place.line);
  return `[${momentOf(s)}]\n${hex(pc)} ${nameAt(s, pc) || '??'}${place ? ` at ${place.file}:${place.line}` : ''}\n${text === undefined ? '' : `${place!.line}\t${text}\n`}`;
}

/** `thread 3, system call write`, `core 1 idles`. */
function caughtText(s: Session, { point: { what }, tid, number, core }: Stop & { why: 'catch' }): string {
  const call = (): string => (s.machine.kernel as Kernel).abi.syscalls[number] ?? String(number);
  switch (what) {
    case 'syscall': return `thread ${tid}, system call ${call()}`;
    case 'signal': return `thread ${tid}, signal ${signalName(number)}`;
    case 'fault': return `thread ${tid}, an instruction faults: ${signalName(number)}`;
    case 'clone': return `new thread ${number}`;
    case 'sleep': return `thread ${tid} sleeps in ${call()}`;
    case 'wake': return `thread ${tid} is woken`;
    case 'switch': return `thread ${tid} gets core ${core}`;
    case 'idle': return `core ${core} idles`;
  }
}

/** In the order of `Level`. */
const levels = ['L1', 'L2', 'L3', 'another core', 'another core, which had modified it', 'DRAM', 'others, who had it too'];

/** `, its line comes from L3 and is taken from core 1` */
function lineText(line: LineEvent | undefined): string {
  if (!line || (line.level === undefined && line.taken === 0)) return '';
  const from = line.level === undefined ? '' : ` comes from ${levels[line.level]}`;
  const cores = Array.from({ length: 32 }, (_, core) => core).filter((core) => ((line.taken >>> core) & 1) !== 0);
  const taken = cores.length === 0 ? '' : ` is taken from core${cores.length > 1 ? 's' : ''} ${cores.join(', ')}`;
  return `, its line${from}${from && taken ? ' and' : ''}${taken}`;
}

/** Why the run has stopped. */
export function stopText(s: Session, stop: Stop): string {
  switch (stop.why) {
    case 'breakpoint':
      return `Breakpoint ${stop.point.number}, ${nameAt(s, s.machine.core(stop.core).pc)}\n`;
    case 'watchpoint':
      return `Watchpoint ${stop.point.number}: ${stop.point.text}\n${stop.accesses.map((a) => `${a.access} of ${a.bytes} bytes at ${hex(a.va)}${lineText(a.line)}\n`).join('')}`;
    case 'condition':
      return `Stopped because a condition cannot be told: ${stop.message}\n`;
    case 'interrupt':
      return 'Interrupted\n';
    case 'start':
      return 'This is where the run begins\n';
    case 'exit':
      return `The program has ended with status ${stop.status}; it can be gone back\n`;
    case 'stop':
      return `The machine stops: ${stop.message}\n`;
    case 'wait':
      return 'The program waits for input, which it does not have here\n';
    case 'catch':
      return `Catchpoint ${stop.point.number}: ${caughtText(s, stop)}\n`;
    case 'step':
      return '';
  }
}

/** `count` instructions from an address on; `=>` stands before the one that the core in focus is about to execute. */
export function code(s: Session, from: number, count: number, syntax: 'go' | 'gnu', until = Infinity): string {
  const arm = s.machine.config.arch === 'arm64';
  const { pc } = s.machine.core(s.core);
  const target = (address: bigint): { name: string; start: bigint } | undefined => {
    const f = s.info.functionAt(Number(address));
    return f && { name: f.name, start: BigInt(f.low) };
  };
  const gnuName = (address: bigint): string | undefined => nameAt(s, Number(address)) || undefined;
  const lines: string[] = [];
  for (let at = from; lines.length < count && at < until; ) {
    const insn = insnAt(s.machine, s.core, at);
    const text = !insn ? '?' : syntax === 'go' ? (arm ? printArmGo : printGo)(insn, target) : (arm ? printArmGnu : printGnu)(insn, gnuName);
    const place = s.info.placeOf(at);
    lines.push(`${at === pc ? '=>' : '  '} ${hex(at)} ${place ? `${place.file.slice(place.file.lastIndexOf('/') + 1)}:${place.line}` : ''}\t${text}\n`);
    at += insn?.length ?? (arm ? 4 : 1);
  }
  return lines.join('');
}

const sizes: Readonly<Record<string, number>> = { b: 1, h: 2, w: 4, g: 8 };

/** Memory in gdb's x/FMT. Errors: a text with the address that is not mapped. */
export function memory(s: Session, format: { count: number; letter: string; size: string }, address: number): string {
  const { count, letter } = format;
  if (letter === 'i') return code(s, address, count, 'gnu');
  const reader = memoryOf(s.machine, s.core);
  if (letter === 's') return strings(reader, address, count);
  const size = sizes[format.size]!;
  const perLine = letter === 'c' ? 8 : Math.max(1, Math.min(16 / size, 8));
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const at = address + i * size;
    const bytes = reader?.read(at, size);
    if (!bytes) throw new InputError(`no memory at ${hex(at)}`);
    const value = bytes.reduceRight((v, b) => (v << 8n) | BigInt(b), 0n);
    const text = letter === 'x' ? `0x${value.toString(16).padStart(2 * size, '0')}` : letter === 'u' ? String(value) : letter === 't' ? value.toString(2) : letter === 'o' ? `0${value.toString(8)}`
      : letter === 'c' ? `${value} '${String.fromCharCode(Number(value & 0xffn))}'` : letter === 'a' ? `${hex(value)} <${nameAt(s, Number(value))}>` : String(BigInt.asIntN(8 * size, value));
    lines.push(i % perLine === 0 ? `${i === 0 ? '' : '\n'}${hex(at)}:\t${text}` : `\t${text}`);
  }
  return `${lines.join('')}\n`;
}

function strings(reader: ReturnType<typeof memoryOf>, address: number, count: number): string {
  let out = '';
  for (let at = address; count > 0; count--) {
    let text = '';
    for (let byte = reader?.read(at, 1); ; byte = reader?.read(++at, 1)) {
      if (!byte) throw new InputError(`no memory at ${hex(at)}`);
      if (byte[0] === 0) break;
      text += String.fromCharCode(byte[0]!);
    }
    out += `${hex(address)}:\t${JSON.stringify(text)}\n`;
    address = ++at;
  }
  return out;
}
