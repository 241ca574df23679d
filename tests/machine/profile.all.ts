/** Profiles of real programs: C's against callgrind's own, Go's by what must hold of them, and valgrind's tools read the files. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { arches } from '../../machine/config.js';
import { imageOf } from '../helpers/guest.js';
import { built, hasAll } from '../helpers/oracle.js';
import { checkCalls, profiledRun, statTotals, usual, type ProfiledRun } from '../helpers/profiled.js';
import { goBinary, goCompilers, goPrograms, isFor, namesOf } from '../helpers/toolchain.js';
const Profiles = suite('profiles of programs');

const folder = mkdtempSync(join(tmpdir(), 'rt0-profiles-'));
Profiles.after(() => rmSync(folder, { recursive: true }));
const words = ['program'];

function checkTotals({ profiled, machine, lines }: ProfiledRun): void {
  const names = /^events: (.*)$/m.exec(profiled.texts(words, 'rt0').cachegrind)![1]!.split(' ');
  assert.equal(Object.fromEntries(names.map((name, i) => [name, lines.total[i]!])), Object.fromEntries(names.map((name) => [name, statTotals(machine)[name]!])));
}

/** Goroutines that change threads and stacks, are preempted by signals, panic and recover, and allocate. */
const names = ['go/channel', 'go/signals', 'go/recover'];
console.log(`profiles of programs: Go by ${namesOf(goCompilers)}`);
for (const compiler of goCompilers) {
  Profiles(`${compiler.name}: sums are exact, and every call holds what was spent in it`, () => {
    for (const program of goPrograms.filter((p) => names.includes(p.name) && isFor(p, compiler))) {
      const run = profiledRun(readFileSync(goBinary(program, compiler)), { ...usual(compiler.arch), cores: 3 }, [program.name, ...program.arguments], program.environment);
      checkTotals(run);
      assert.ok(checkCalls(run) > 200, program.name);
    }
  });
  Profiles(`${compiler.name}: a stripped image has the same functions and lines`, () => {
    const program = goPrograms.find((p) => p.name === 'go/hello')!;
    const texts = [['-trimpath'], ['-trimpath', '-ldflags=-s -w']].map((flags) => {
      const { profiled } = profiledRun(readFileSync(goBinary(program, compiler, { flags })), usual(compiler.arch), [program.name]);
      return profiled.texts(words, 'rt0').cachegrind;
    });
    const mainOf = (text: string): string[] => [...text.matchAll(/^fl=(.*)\nfn=(main\..*)\n((?:\d.*\n)+)/gm)].map(([, file, fn, rows]) => `${file!.replace(/^\.\//, '')} ${fn} ${rows!.replaceAll(/ .*/g, '')}`);
    assert.ok(mainOf(texts[0]!).length > 0);
    assert.equal(mainOf(texts[1]!), mainOf(texts[0]!));
  });
}

Profiles('assembly: a signal\'s handler belongs to nobody, and what it has the program call is called where it was', () => {
  for (const arch of arches) {
    const run = profiledRun(imageOf('signal', arch), { memoryBytes: 64 << 20, ...usual(arch) });
    checkTotals(run);
    assert.ok(checkCalls(run) > 40);
    const roots = [...run.profiled.calls!.roots.keys()].map((f) => f.name);
    assert.ok(roots.includes('runtime.sigtramp') && !roots.includes('runtime.asyncPreempt'), roots.join());
  }
});

/** Calls between the program's own functions: `caller callee calls instructions`, and what each executed by itself. */
function summary(text: string, own: RegExp): string[] {
  const functions = new Map<string, string>();
  const named = (word: string): string => {
    const [, number, name] = /^(\(\d+\))(?: (.*))?$/.exec(word)!;
    if (name !== undefined) functions.set(number!, name);
    return functions.get(number!)!;
  };
  const self = new Map<string, number>();
  const arcs = new Map<string, [number, number]>();
  let [fn, cfn, calls] = ['', '', 0];
  for (const line of text.split('\n')) {
    const [, key, value] = /^(fn|cfn|calls)=(.*)$/.exec(line) ?? [];
    if (key === 'fn') fn = named(value!);
    else if (key === 'cfn') cfn = named(value!);
    else if (key === 'calls') calls = parseInt(value!, 10);
    else if (/^(0x[0-9a-f]+|[+-]\d+|\*|\d+) /.test(line)) {
      const ir = Number(line.split(' ').at(-1 - trailing(text)));
      if (calls > 0) {
        const arc = `${fn} ${cfn}`;
        const [n, spent] = arcs.get(arc) ?? [0, 0];
        arcs.set(arc, [n + calls, spent + ir]);
      } else self.set(fn, (self.get(fn) ?? 0) + ir);
      calls = 0;
    }
  }
  return [...[...self].filter(([name]) => own.test(name)).map(([name, ir]) => `${name} ${ir}`), ...[...arcs].filter(([arc]) => arc.split(' ').every((f) => own.test(f))).map(([arc, n]) => `${arc} ${n.join(' ')}`)].sort();
}
/** How many events come behind Ir. */
const trailing = (text: string): number => /^events: (.*)$/m.exec(text)![1]!.split(' ').length - 1;

if (hasAll('profiles beside callgrind', 'valgrind', 'callgrind_annotate', 'cg_annotate', 'gcc')) {
  // static, so that both run the same instructions in it; at -O0 calls are calls
  const binary = built('tests/programs/profiled.c', 'gcc', (from, out) => ['-O0', '-g', '-static', '-o', out, from]);

  Profiles('a C program calls what callgrind says, as often, and executes as many instructions there', () => {
    const out = join(folder, 'callgrind.out');
    const r = spawnSync('valgrind', ['--tool=callgrind', `--callgrind-out-file=${out}`, binary], { encoding: 'utf8' });
    assert.is(r.status, 0, r.stderr);
    const own = /^(main|work|even|odd|leaf|compare|jumps|chosen\w)$/;
    const wanted = summary(readFileSync(out, 'utf8'), own);
    const { profiled } = profiledRun(readFileSync(binary), usual('amd64'));
    assert.ok(wanted.length > 12, wanted.join('\n'));
    assert.equal(summary(profiled.texts(words, 'rt0').callgrind!, own), wanted);
  });

  Profiles('cg_annotate and callgrind_annotate read the files without a warning, and show the totals', () => {
    const run = profiledRun(readFileSync(binary), usual('amd64'));
    const { cachegrind, callgrind } = run.profiled.texts([binary], 'rt0');
    const total = run.lines.total[0]!.toLocaleString('en-US');
    for (const [tool, name, text, ...flags] of [['cg_annotate', 'cg.out', cachegrind], ['callgrind_annotate', 'clg.out', callgrind!, '--inclusive=yes', '--tree=both']] as const) {
      const path = join(folder, name);
      writeFileSync(path, text);
      const r = spawnSync(tool, [...flags, path], { encoding: 'utf8' });
      assert.is(r.status, 0, r.stderr);
      assert.not.match(r.stdout + r.stderr, /malformed|WARNING/i);
      assert.match(r.stdout, new RegExp(`^ *${total} .*PROGRAM TOTALS`, 'm'));
      assert.match(r.stdout, /profiled\.c:work/);
    }
  });
}

Profiles.run();
