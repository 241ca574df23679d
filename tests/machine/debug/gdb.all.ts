/** Frames, registers and variables of programs that gdb stops, against what is read from the same registers and memory. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SHF } from '../../../isa/abi/elf.js';
import type { Arch } from '../../../machine/config.js';
import type { Location } from '../../../machine/debug/dwarf/expression.js';
import { DebugInfo } from '../../../machine/debug/info.js';
import type { Memory } from '../../../machine/debug/unwind/abi.js';
import { unwind, type Frame } from '../../../machine/debug/unwind/unwind.js';
import { gdbFor, gdbStops, gdbStopsInQemu, type GdbFrame, type GdbRun, type GdbStop, type GdbVariable } from '../../helpers/gdb.js';
import { built, has } from '../../helpers/oracle.js';
import { cCompilers, goBinary, goCompilers } from '../../helpers/toolchain.js';
const Gdb = suite('frames and variables as gdb has them');

interface Tally {
  stops: number;
  frames: number;
  places: number;
  values: number;
  gone: number;
  /** Values at entry, which gdb finds by the caller's code and we do not. */
  entry: number;
}

function memoryOf(stop: GdbStop, info: DebugInfo): Memory {
  const pieces = stop.memory.map(([at, hex]) => ({ at, bytes: Uint8Array.from(Buffer.from(hex, 'hex')) }));
  return {
    read(address, count) {
      const piece = pieces.find((p) => address >= p.at && address + count <= p.at + p.bytes.length);
      return piece ? piece.bytes.slice(address - piece.at, address - piece.at + count) : info.sections.memory(address)?.slice(0, count);
    },
  };
}

/** What of a location gdb's answer says too. */
function shown(where: Location, bytes: number, frame: Frame): string {
  switch (where.kind) {
    case 'memory': return `at ${where.address.toString(16)}`;
    case 'value': return `is ${BigInt.asUintN(8 * Math.min(bytes, 8), where.value).toString(16)}`;
    case 'register': {
      const value = frame.registers.get(where.register);
      return value === undefined ? 'gone' : `is ${BigInt.asUintN(8 * Math.min(bytes, 8), value).toString(16)}`;
    }
    case 'bytes': return `is ${where.bytes.reduceRight((n, b) => (n << 8n) | BigInt(b), 0n).toString(16)}`;
    case 'pieces': return 'pieces';
    case 'absent': return 'gone';
  }
}

const theirs = (v: GdbVariable): string => (v.gone ? 'gone' : v.address !== undefined ? `at ${v.address.toString(16)}` : `is ${BigInt(v.value!).toString(16)}`);

/** Variables of one of the functions at a frame's pc. */
function compareVariables(info: DebugInfo, frame: Frame, index: number, gdb: GdbFrame, memory: Memory, tally: Tally, where: string): void {
  const chain = info.framesAt(frame.lookup);
  const owner = chain[index]?.die;
  const locals = info.localsAt(frame.lookup).filter((l) => l.owner.offset === owner?.offset);
  const context = { register: (n: number) => frame.registers.get(n), cfa: () => frame.cfa, read: (a: number, n: number) => memory.read(a, n) };
  for (const v of gdb.variables) {
    const own = locals.filter((l) => l.name === v.name);
    assert.ok(own.length > 0, `${where}: no variable ${v.name}`);
    if (own.length > 1) continue; // a name in several blocks: gdb lists them in no order that is told
    const location = info.locate(own[0]!, frame.lookup, context);
    const text = shown(location, own[0]!.type?.size ?? 0, frame);
    if (location.kind === 'absent' && location.why.includes('value at entry')) {
      tally.entry++;
      continue;
    }
    if (text === 'pieces') continue;
    if (location.kind === 'register' && text === 'gone' && !frame.interrupted) continue; // gdb takes callees to keep all registers, which Go's do not
    assert.is(text, theirs(v), `${where}: ${v.name}`);
    if (text === 'gone') tally.gone++;
    else if (text.startsWith('at')) tally.places++;
    else tally.values++;
  }
}

/** `lines`: gdb prefers rows that begin statements; in optimized code those are others than binutils', and ours. */
function compare(info: DebugInfo, stop: GdbStop, tally: Tally, lines: boolean): void {
  const memory = memoryOf(stop, info);
  const registers = new Map(stop.registers.map((r, n) => [n, BigInt(r)] as const));
  const frames = unwind(info.unwindTables, { pc: stop.frames[0]!.pc, registers, interrupted: true, g: undefined }, memory);
  tally.stops++;
  const list = [...stop.frames];
  while (list.length > 0) {
    // gdb's frames of one of ours: inlined ones and the function they are in.
    const count = list.findIndex((f) => !f.inlined) + 1;
    const group = list.splice(0, count === 0 ? list.length : count);
    const where = `${group.at(-1)!.name} at ${group[0]!.pc.toString(16)} of stop at ${stop.frames[0]!.pc.toString(16)}`;
    if (group[0]!.name === null) return; // a stub of the linker, without any information
    const frame = frames.next().value as Frame | undefined;
    assert.ok(frame !== undefined, `${where}: no frame`);
    assert.is(frame.pc.toString(16), group[0]!.pc.toString(16), where);
    assert.is(frame.sp.toString(16), group[0]!.sp.toString(16), where);
    const chain = info.framesAt(frame.lookup);
    const hidden = chain.length - group.length; // at the first instruction of inlined code gdb has not entered it yet
    assert.ok(hidden === 0 || (hidden > 0 && tally.frames >= 0 && frame.interrupted), `${where}: ${chain.map((f) => f.name).join(' < ')} is not ${group.map((f) => f.name).join(' < ')}`);
    group.forEach((g, i) => {
      const own = chain[i + hidden]!;
      if (own.die !== undefined) assert.is(own.name, g.name?.replace(/\.abi0$/, ''), where);
      if (lines && hidden === 0 && own.die !== undefined) assert.is(own.place?.line ?? 0, g.line, `${where}: line`);
      tally.frames++;
      compareVariables(info, frame, i + hidden, g, memory, tally, `${where}, ${g.name}`);
    });
  }
}

/** Memory that programs change beside their stacks. */
const areasOf = (info: DebugInfo): (readonly [number, number])[] =>
  info.sections.list.filter((s) => (s.flags & SHF.WRITE) !== 0 && s.addr > 0 && s.size > 0 && s.size < 65_536).map((s) => [s.addr, s.size] as const);

function check(name: string, arch: Arch, path: string, run: Omit<GdbRun, 'areas' | 'environment'>, lines: boolean): void {
  Gdb(name, () => {
    const info = DebugInfo.of(new Uint8Array(readFileSync(path)));
    const whole: GdbRun = { ...run, areas: areasOf(info), environment: ['GOMAXPROCS=1', 'GODEBUG=asyncpreemptoff=1'] };
    const stops = arch === 'amd64' ? gdbStops(path, whole) : gdbStopsInQemu(path, whole);
    const tally: Tally = { stops: 0, frames: 0, places: 0, values: 0, gone: 0, entry: 0 };
    for (const stop of stops) compare(info, stop, tally, lines);
    console.log(`${name}: ${JSON.stringify(tally)}`);
    assert.ok(tally.stops >= run.stops && tally.values + tally.places > 10, 'the program was stopped');
  });
}

if (has('gdb')) {
  for (const { name, command, arch } of cCompilers.filter((c) => c.command !== 'musl-gcc')) {
    if (arch === 'arm64' && !(has('qemu-aarch64') && has(gdbFor('arm64')))) continue;
    for (const flags of [['-O2', '-gdwarf-5'], ['-O2', '-gdwarf-4'], ['-O0', '-gdwarf-5'], ['-O1', '-gdwarf-3', '-gno-strict-dwarf']]) {
      const path = built('tests/programs/debug/kinds.c', command, (from, out) => ['-g', ...flags, '-static', '-o', out, from]);
      check(`${name} ${flags.join(' ')}`, arch, path, { breaks: ['descend', 'compare', 'work', 'write', 'sum'], stops: 12, steps: 12, every: 3 }, flags.includes('-O0'));
    }
  }
  for (const compiler of goCompilers.filter((c) => c.arch === 'amd64')) {
    const path = goBinary({ name: 'stacks/stacks' }, compiler, { flags: ['-ldflags=-compressdwarf=false'] });
    check(compiler.name, compiler.arch, path, { breaks: ['main.descend', 'main.guarded', 'main.main.func3', 'fmt.Sprint'], stops: 12, steps: 8, every: 5 }, true);
  }
} else console.log('frames and variables as gdb has them: skipped, no gdb');

Gdb.run();
