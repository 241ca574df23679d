/**
 * Files, lines and inlined calls at thousands of addresses, against binutils, Go's debug/dwarf (binutils 2.40 does not follow Go's
 * DWARF 5), Go's own addr2line, and the function table and DWARF of an image against each other.
 */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DebugInfo } from '../../../machine/debug/info.js';
import { built, has, run } from '../../helpers/oracle.js';
import { cCompilers, goBinary, goCommands, goCompilers, type GoCompiler } from '../../helpers/toolchain.js';
import type { Arch } from '../../../machine/config.js';
const Lines = suite('lines of real images');

const step = 11;
const program = { name: 'stacks/stacks' };

const open = (path: string): DebugInfo => DebugInfo.of(new Uint8Array(readFileSync(path)));

function addresses(info: DebugInfo, every = step): number[] {
  const text = info.sections.named('.text')!;
  return Array.from({ length: Math.floor(text.size / every) }, (_, i) => text.addr + i * every);
}

/** The first few differences, for the message of a failure. */
class Differences {
  count = 0;
  private readonly shown: string[] = [];

  check(address: number, ours: readonly string[], theirs: readonly string[]): void {
    if (ours.length === theirs.length && ours.every((text, i) => text === theirs[i])) return;
    if (this.count++ < 3) this.shown.push(`${address.toString(16)}\nours:   ${ours.join(' | ')}\ntheirs: ${theirs.join(' | ')}`);
  }

  /** `known`: differences within the image itself. */
  done(what: string, asked: number, frames: number, known = 0): void {
    console.log(`${what}: ${asked} addresses, ${frames} frames, ${this.count} differences`);
    if (this.count > known) assert.unreachable(this.shown.join('\n'));
  }
}

/** Names and places in turn. Where a place is not known binutils tells the object's name, and of padding the symbol before it. */
function fromBinutils(tool: string, path: string, list: readonly number[]): string[][] {
  const { stdout } = run(tool, ['-afie', path], list.map((a) => a.toString(16)).join('\n') + '\n');
  return stdout.split(/^0x/m).slice(1).map((block) => block.split('\n').slice(1, -1).map((line, i) => {
    if (i % 2 === 0) return line.replace(/\.abi0$/, '');
    return line.replace(/ \(discriminator \d+\)$/, '').replace(/^.*:\?$/, '??:0').replace(/^\.\//, '');
  }));
}

function binutils(name: string, arch: Arch, path: string, go: boolean): void {
  const tool = arch === 'amd64' ? 'addr2line' : 'aarch64-linux-gnu-addr2line';
  if (!has(tool)) return void console.log(`${name}: skipped, no ${tool}`);
  Lines(`${name} as binutils has them`, () => {
    const info = open(path);
    const list = addresses(info);
    const theirs = fromBinutils(tool, path, list);
    const differences = new Differences();
    let frames = 0;
    list.forEach((address, i) => {
      const own = info.functions.framesAt(address);
      const covered = own.length > 0 || info.functions.placeOf(address) !== undefined;
      if (!covered && theirs[i]![1] === '??:0') return; // neither has lines
      frames += own.length;
      const place = info.functions.placeOf(address);
      const ours = own.length > 0
        ? own.flatMap((f) => [f.name ?? '??', f.place === undefined || f.place.line === 0 ? '??:0' : `${f.place.file}:${f.place.line}`])
        : [theirs[i]![0]!, place === undefined ? '??:0' : `${place.file}:${place.line}`];
      // Of inlined code in a language that it does not know binutils may name the symbol around it.
      const outer = theirs[i]!.at(-2);
      const names = theirs[i]!.map((text, k) => (go && own.length > 1 && k % 2 === 0 && text === outer ? ours[k]! : text));
      differences.check(address, ours, names);
    });
    differences.done(`${name} and binutils`, list.length, frames);
  });
}

for (const compiler of goCompilers) {
  const { name, arch, version } = compiler;
  const path = (flags: readonly string[] = []): string => goBinary(program, compiler, { flags });
  if (/^go1\.19/.test(version)) binutils(name, arch, path(), true);

  Lines(`${name} as debug/dwarf has them`, () => {
    const info = open(path());
    const theirs = run(goBinary({ name: 'debug/dwarf' }, newest(), {}), [path(), String(step)]).stdout.trim().split('\n');
    const differences = new Differences();
    let frames = 0;
    for (const line of theirs) {
      const [hex, ...rest] = line.split('|') as [string, ...string[]];
      const address = parseInt(hex, 16);
      const own = info.functions.framesAt(address);
      frames += own.length;
      const place = info.functions.placeOf(address);
      const ours = own.length > 0 ? own.flatMap((f) => [f.name ?? '??', f.place ? `${f.place.file}:${f.place.line}` : '??:0']) : ['??', place ? `${place.file}:${place.line}` : '??:0'];
      differences.check(address, ours, rest);
    }
    assert.ok(theirs.length > 10_000);
    differences.done(`${name} and debug/dwarf`, theirs.length, frames);
  });

  Lines(`${name}: its function table says what its DWARF says`, () => {
    const info = open(path());
    const differences = new Differences();
    let frames = 0;
    const list = addresses(info);
    for (const address of list) {
      const own = info.functions.framesAt(address);
      if (own.length === 0 || own[0]!.place === undefined) continue; // padding, and entries of functions that the compiler made
      frames += own.length;
      const table = info.go!.at(address)!.framesAt(address);
      const text = (f: { name: string | undefined; place: { file: string; line: number } | undefined }): string[] => [f.name ?? '??', `${f.place?.file}:${f.place?.line}`];
      differences.check(address, table.flatMap((f) => text({ ...f, name: same(f.name) })), own.flatMap((f) => text({ ...f, name: same(f.name!) })));
    }
    differences.done(`${name}, function table and DWARF`, list.length, frames, ownDifferences(compiler, list.length));
  });

  Lines(`${name}: Go's addr2line`, () => {
    const info = open(path());
    const list = addresses(info, 97).filter((a) => info.functions.placeOf(a) !== undefined);
    const answers = run(compiler.command, ['tool', 'addr2line', path()], list.map((a) => `0x${a.toString(16)}`).join('\n') + '\n').stdout.trim().split('\n');
    const differences = new Differences();
    list.forEach((address, i) => {
      const f = info.go!.at(address)!;
      const place = f.placeAt(address)!;
      differences.check(address, [f.name, `${place.file}:${place.line}`], answers.slice(2 * i, 2 * i + 2));
    });
    differences.done(`${name} and go tool addr2line`, list.length, list.length);
  });

  // Position-independent images of arm64 are linked inside too.
  for (const flags of [['-ldflags=-s -w'], ['-buildmode=pie', '-ldflags=-s -w']]) {
    Lines(`${name} ${flags.join(' ')}: the function table alone`, () => {
      const stripped = open(path(flags));
      const whole = open(path(flags.map((f) => f.replace(' -s -w', '').replace('-ldflags=-s -w', '-ldflags=')).filter((f) => f !== '-ldflags=')));
      assert.is(stripped.units.all.length, 0);
      const times = new Map<string, number>(); // wrappers have the name of what they wrap
      for (const f of whole.go!.all()) times.set(f.name, (times.get(f.name) ?? 0) + 1);
      const named = new Map([...whole.go!.all()].filter((f) => times.get(f.name) === 1).map((f) => [f.name, f] as const));
      const differences = new Differences();
      let frames = 0;
      let asked = 0;
      for (const f of stripped.go!.all()) {
        const other = named.get(f.name);
        if (other === undefined || other.end - other.entry !== f.end - f.entry) continue;
        for (let at = 0; at < f.end - f.entry; at += 29) {
          const [ours, theirs] = [f.entry + at, other.entry + at].map((a, i) => (i === 0 ? stripped : whole).framesAt(a).map((x) => `${same(x.name!)} ${x.place?.file}:${x.place?.line}`)) as [string[], string[]];
          if (whole.functions.placeOf(other.entry + at) === undefined) continue;
          asked++;
          frames += ours.length;
          differences.check(f.entry + at, ours, theirs);
        }
      }
      assert.ok(asked > 5000, String(asked));
      differences.done(`${name} ${flags.join(' ')}`, asked, frames, ownDifferences(compiler, asked));
    });
  }
}

/** The compiler of Go 1.19 writes other lines into DWARF than into the function table for some instructions, which binutils and debug/dwarf, and Go's addr2line, confirm: fewer than one in a thousand. */
const ownDifferences = ({ version }: GoCompiler, asked: number): number => (/^go1\.19/.test(version) ? asked / 1000 : 0);

/** In the function table of Go 1.19 brackets are empty in names that the compiler made. */
const same = (name: string): string => name.replace(/\[.*\]/, '[...]');

/** The newest Go here for this computer: its debug/dwarf reads all versions. */
function newest(): GoCompiler {
  return goCompilers.filter((c) => c.arch === 'amd64').sort((a, b) => Number(b.version.split('.')[1]) - Number(a.version.split('.')[1]))[0]!;
}

if (goCommands.size === 0) console.log('lines of Go images: skipped, no go');

for (const { name, command, arch } of cCompilers.filter((c) => c.command !== 'musl-gcc')) {
  for (const flags of [['-O2', '-gdwarf-5'], ['-O3', '-gdwarf-4', '-gz'], ['-O0', '-gdwarf-2', '-gstrict-dwarf'], ['-O2', '-gdwarf-4', '-gdwarf64', '-gz'], ['-O2', '-gdwarf-5', '-gdwarf64', '-gz']]) {
    const path = built('tests/programs/debug/kinds.c', command, (from, out) => ['-g', ...flags, '-static', '-o', out, from]);
    const misread = flags.includes('-gdwarf-5') && flags.includes('-gdwarf64'); // addr2line 2.40 takes half of the offsets of names there
    if (!misread) binutils(`${name} ${flags.join(' ')}`, arch, path, false);

    Lines(`${name} ${flags.join(' ')}: rows as readelf lists them`, () => {
      const { stdout } = run('readelf', ['--debug-dump=decodedline', path]);
      const theirs = new Set([...stdout.matchAll(/^\S+ +(\d+) +(0x[0-9a-f]+)(?:\[\d+\])?(?: +\d+)?( +x)? *$/gm)].map(([, line, at, stmt]) => `${line} ${parseInt(at!, 16)} ${stmt !== undefined}`));
      const info = open(path);
      const ours = new Set(info.units.all.flatMap((unit) => [...(info.functions.lineTable(unit)?.rows() ?? [])].map((r) => `${r.line} ${r.address} ${r.isStmt}`)));
      assert.equal([...ours].sort(), [...theirs].sort());
      console.log(`${name} ${flags.join(' ')}: ${theirs.size} rows`);
    });
  }
}

Lines.run();
