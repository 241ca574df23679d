/** Damaged debugging information: whatever the bytes of its sections, every question ends soon, in an answer or in an error that names a section. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ElfError, readElf, readSections, SHT } from '../../../isa/abi/elf.js';
import { DebugError } from '../../../machine/debug/cursor.js';
import { DebugInfo } from '../../../machine/debug/info.js';
import { rowAt } from '../../../machine/debug/unwind/rows.js';
import { unwind } from '../../../machine/debug/unwind/unwind.js';
import { built } from '../../helpers/oracle.js';
import { imageOf } from '../../helpers/guest.js';
import { Random } from '../../helpers/random.js';
import { cCompilers, goBinary, goCompilers } from '../../helpers/toolchain.js';

/** Bytes of a section within the file. */
interface Part {
  readonly name: string;
  readonly at: number;
  readonly size: number;
}

/** An image with what can be damaged: sections that are not compressed. */
interface Subject {
  readonly name: string;
  readonly image: Uint8Array;
  readonly parts: readonly Part[];
  readonly code: Part & { readonly address: number };
}

const interesting = /^\.(debug_|eh_frame$|gopclntab|data\.rel\.ro\.gopclntab|symtab|go\.module)/;

function subject(name: string, image: Uint8Array): Subject {
  const sections = readSections(readElf(image)).filter((s) => s.type !== SHT.NOBITS && s.size > 0);
  const part = (s: (typeof sections)[number]): Part => ({ name: s.name, at: s.offset, size: s.size });
  const text = sections.find((s) => s.name === '.text')!;
  return { name, image, parts: sections.filter((s) => interesting.test(s.name)).map(part), code: { ...part(text), address: text.addr } };
}

/** Images of every kind that compilers here make. Those of Go keep their sections uncompressed. */
function subjects(): Subject[] {
  const list = [subject('assembly', imageOf('counter', 'amd64')), subject('assembly for arm64', imageOf('counter', 'arm64'))];
  for (const { command } of cCompilers.filter((c) => c.command !== 'musl-gcc')) {
    for (const flags of [['-gdwarf-5'], ['-gdwarf-4'], ['-gdwarf-3', '-O0']]) {
      const path = built('tests/programs/debug/kinds.c', command, (from, out) => ['-O2', '-g', ...flags, '-o', out, from]);
      list.push(subject(`${command} ${flags[0]!}`, new Uint8Array(readFileSync(path))));
    }
  }
  for (const compiler of goCompilers) {
    list.push(subject(compiler.name, new Uint8Array(readFileSync(goBinary({ name: 'go/println' }, compiler, { flags: ['-ldflags=-compressdwarf=false'] })))));
  }
  return list;
}

/** One to six edits in one section, or sometimes in any: bits, bytes, and numbers that lengths and offsets are sensitive to. */
function damaged({ image, parts }: Subject, r: Random): { image: Uint8Array; where: string } {
  const out = image.slice();
  const view = new DataView(out.buffer);
  const one = r.pick(parts);
  const anywhere = r.below(6) === 0;
  for (let n = 1 + r.below(6); n > 0; n--) {
    const { at, size } = anywhere ? r.pick(parts) : one;
    const from = r.below(3) === 0 ? Math.min(size, 64) : size; // headers matter more than their share
    const place = at + r.below(from);
    switch (r.below(5)) {
      case 0: out[place]! ^= 1 << r.below(8); break;
      case 1: out[place] = r.pick([0, 1, 0x7f, 0x80, 0xff]); break;
      case 2: out[place] = r.below(256); break;
      case 3: if (place + 4 <= out.length) view.setUint32(place, r.pick([0, 1, 0x7fffffff, 0xffffffff, size, size - 1]), true); break;
      default: if (place + 8 <= out.length) view.setBigUint64(place, r.pick([0n, 1n, 1n << 40n, (1n << 64n) - 1n, r.u64()]), true);
    }
  }
  return { image: out, where: one.name };
}

/** Asks everything there is to ask about a few places. */
function questions(info: DebugInfo, { code, image }: Subject, r: Random): (() => unknown)[] {
  const address = code.address + r.below(code.size);
  const memory = { read: (at: number, bytes: number) => (at >= 0 && at < 2 ** 47 ? new Uint8Array(image.buffer, image.byteOffset + Math.floor(at % (image.length - 64)), bytes) : undefined) };
  const registers = new Map(Array.from({ length: 34 }, (_, i) => [i, BigInt(0x7fff0000 + 64 * r.below(1000))] as const));
  return [
    () => info.placeOf(address),
    () => info.framesAt(address),
    () => info.functionAt(address),
    () => info.localsAt(address).map((l) => [l.type?.name, info.locate(l, address, { register: (n) => registers.get(n), cfa: () => 0x7fff1000, read: memory.read })]),
    () => info.go?.at(address)?.framesAt(address),
    () => info.addressesOf('kinds.c', 20 + r.below(20)),
    () => info.functionNamed('main'),
    () => [...info.index.types.keys()].filter(() => r.below(40) === 0).map((name) => {
      const type = info.typeNamed(name)!;
      return [type.name, type.size, type.plain.members.length, type.counts, type.go?.elem?.name, type.values, type.parameters.length];
    }),
    () => info.index.variables.filter(() => r.below(20) === 0).map((v) => info.variableAt(v.address + r.below(200))?.path),
    () => info.structOffset('runtime.g', 'sched.pc'),
    () => {
      const entry = info.unwindTables.frames.at(address);
      return entry && rowAt(entry, address);
    },
    () => {
      let frames = 0;
      for (const f of unwind(info.unwindTables, { pc: address, registers, interrupted: true, g: 0x7fff0000 }, memory)) if (++frames > 1000 || f.pc < 0) break;
      return frames;
    },
  ];
}

export function run(name: string, count: number, seed: number): void {
  const Damaged = suite(name);
  Damaged(`${count} damaged images answer or say what is broken`, () => {
    const r = new Random(seed);
    const all = subjects();
    let answers = 0;
    const errors = new Map<string, number>();
    let slowest = { ms: 0, what: '' };
    for (let i = 0; i < count; i++) {
      // Go's images take longest: fewer of them.
      const small = all.filter((s) => s.image.length < 2 ** 20);
      const subject = r.below(5) === 0 ? r.pick(all) : r.pick(small);
      const { image, where } = damaged(subject, r);
      const start = performance.now();
      let info: DebugInfo | undefined;
      const ask = (question: () => unknown): void => {
        try {
          question();
          answers++;
        } catch (e) {
          if (!(e instanceof DebugError) && !(e instanceof ElfError)) throw new Error(`mutant ${i} of ${subject.name}, ${where}: ${(e as Error).stack ?? String(e)}`);
          if (e.message.includes('\n') || (e instanceof DebugError && !/^[.\w:*]+\+0x[0-9a-f]+: /.test(e.message))) throw new Error(`mutant ${i}: not a line that names a place: ${e.message}`);
          const kind = e.message.replace(/\+0x[0-9a-f]+/g, '').replace(/0x[0-9a-f]+|\d+/g, 'N');
          errors.set(kind, (errors.get(kind) ?? 0) + 1);
        }
      };
      ask(() => (info = DebugInfo.of(image)));
      for (const question of info === undefined ? [] : questions(info, subject, r)) ask(question);
      const ms = performance.now() - start;
      if (ms > slowest.ms) slowest = { ms, what: `${i}, ${subject.name}, ${where}` };
    }
    const told = [...errors.values()].reduce((a, b) => a + b, 0);
    console.log(`${name}: ${count} mutants, ${answers} answers, ${told} errors of ${errors.size} kinds, slowest ${slowest.ms.toFixed(0)} ms (${slowest.what})`);
    assert.ok(slowest.ms < 30_000, 'no hang');
    assert.ok(told > count / 20 && answers > count, 'the edits matter');
  });
  Damaged.run();
}
