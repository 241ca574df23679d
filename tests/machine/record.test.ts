/** Runs on mounted folders that are recorded, replayed without a host, cut by snapshots, and the logs that are refused. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Folders } from '../../machine/command/folders.js';
import { MemoryHost, ReplayError } from '../../machine/host.js';
import { difference, InputLogError, readInputLog, writeInputLog, type InputLog } from '../../machine/inputLog.js';
import { Machine } from '../../machine/machine.js';
import { imageOf } from '../helpers/bare.js';
const Record = suite('record and replay');

const top = mkdtempSync(join(tmpdir(), 'rt0-record-'));
Record.after(() => rmSync(top, { recursive: true }));

/** Copies /data/in to /data/out, 4096 bytes at a time, shows what it copies, spends a while, and removes /data/old. */
const copying = imageOf(`
TEXT main(SB), 4, $0
	MOVL $2, AX // open
	LEAQ from(SB), DI
	XORL SI, SI
	SYSCALL
	MOVQ AX, R12
	MOVL $2, AX
	LEAQ to(SB), DI
	MOVL $0x241, SI // O_WRONLY|O_CREAT|O_TRUNC
	MOVL $0x1a4, DX
	SYSCALL
	MOVQ AX, R13
again:
	XORL AX, AX // read
	MOVQ R12, DI
	LEAQ buffer(SB), SI
	MOVL $4096, DX
	SYSCALL
	TESTQ AX, AX
	JLE end
	MOVQ AX, R14
	MOVL $1, AX // write
	MOVQ R13, DI
	LEAQ buffer(SB), SI
	MOVQ R14, DX
	SYSCALL
	MOVL $1, AX
	MOVL $1, DI
	LEAQ buffer(SB), SI
	MOVL $8, DX
	SYSCALL
	MOVL $3000, CX
spend:
	DECL CX
	JNZ spend
	JMP again
end:
	MOVL $87, AX // unlink
	LEAQ old(SB), DI
	SYSCALL
	MOVL $231, AX // exit_group
	XORL DI, DI
	SYSCALL
DATA from+0(SB)/8, $"/data/in"
GLOBL from(SB), 24, $16
DATA to+0(SB)/8, $"/data/ou"
DATA to+8(SB)/1, $"t"
GLOBL to(SB), 24, $16
DATA old+0(SB)/8, $"/data/ol"
DATA old+8(SB)/1, $"d"
GLOBL old(SB), 24, $16
GLOBL buffer(SB), 16, $4096
`);
const config = { cores: 1, memoryBytes: 2 ** 23, mounts: [{ guest: '/data', writable: true }] };
const lines = Array.from({ length: 2500 }, (_, i) => `line ${String(i % 512).padStart(2, '0')}\n`.padStart(8)).join('');

/** A host with a fresh folder. */
function outside(name: string): { host: MemoryHost; folder: string } {
  const folder = join(top, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'in'), lines);
  writeFileSync(join(folder, 'old'), '');
  const host = new MemoryHost();
  return { host: again(folder, host), folder };
}

/** As a new process that mounts the folder would. */
function again(folder: string, host = new MemoryHost()): MemoryHost {
  const folders = new Folders([{ host: folder, writable: true }]);
  host.file = (q) => folders.answer(q);
  return host;
}

function started(host: MemoryHost): Machine {
  const machine = new Machine(config, host);
  machine.load(copying, ['copying']);
  return machine;
}

const logOf = (m: Machine): InputLog => ({
  config: m.config, image: m.imageHash, path: 'copying', argv: ['copying'], env: [], limit: 0, terminals: [false, false, false], records: m.host.records(),
  end: { status: m.exitStatus!, cycles: m.cycles, digest: m.digest() },
});

function recorded(name: string): { log: InputLog; file: Uint8Array; text: string } {
  const { host, folder } = outside(name);
  const machine = started(host);
  assert.is(machine.run(), 'exit');
  assert.is(readFileSync(join(folder, 'out'), 'latin1'), lines);
  assert.not(existsSync(join(folder, 'old')));
  const log = logOf(machine);
  return { log, file: writeInputLog(log), text: host.text() };
}

Record('a recorded run repeats from its log without a host, and touches nothing', () => {
  const { log, file, text } = recorded('repeat');
  const host = new MemoryHost();
  const machine = new Machine(config, host, undefined, readInputLog(file).records, true);
  machine.load(copying, ['copying']);
  assert.is(machine.run(), 'exit');
  assert.is(host.text(), text);
  assert.is(machine.digest(), log.end.digest);
  assert.is(machine.cycles, log.end.cycles);
  assert.is(machine.host.leftOver, 0);
});

Record('a snapshot in the middle continues on the same folder, live and in a replay', () => {
  const { host, folder } = outside('live');
  const whole = recorded('whole');
  const first = started(host);
  assert.is(first.run(10_000), 'limit');
  const rest = again(folder);
  const second = Machine.restore(first.snapshot(), rest);
  assert.is(second.run(), 'exit');
  assert.is(readFileSync(join(folder, 'out'), 'latin1'), lines);
  assert.is(host.text() + rest.text(), whole.text);
  assert.not(existsSync(join(folder, 'old')));

  const replay = new Machine(config, new MemoryHost(), undefined, readInputLog(whole.file).records, true);
  replay.load(copying, ['copying']);
  replay.run(10_000);
  const third = Machine.restore(replay.snapshot(), new MemoryHost());
  assert.is(third.run(), 'exit');
  assert.is(third.digest(), whole.log.end.digest);
});

Record('going back repeats no effect outside', () => {
  const { host, folder } = outside('back');
  const machine = started(host);
  const start = machine.checkpoint();
  machine.run();
  const end = machine.digest();
  writeFileSync(join(folder, 'out'), 'changed by someone else');
  machine.rollback(start);
  machine.run();
  assert.is(machine.digest(), end);
  assert.is(readFileSync(join(folder, 'out'), 'latin1'), 'changed by someone else');
});

Record('a run that asks something else than the log answers is stopped', () => {
  const { file } = recorded('other');
  const { records } = readInputLog(file);
  const run = (changed: typeof records): void => {
    const machine = new Machine(config, new MemoryHost(), undefined, changed, true);
    machine.load(copying, ['copying']);
    machine.run();
  };
  const cause = (f: () => void): unknown => {
    try {
      f();
    } catch (e) {
      return (e as Error).cause ?? e;
    }
    return undefined;
  };
  assert.ok(cause(() => run(records.slice(0, 8))) instanceof ReplayError);
  assert.ok(cause(() => run(records.map((r, i) => (i === 6 ? { ...r, ticks: r.ticks + 48 } : r)))) instanceof ReplayError);
  assert.ok(cause(() => run(records.filter((_, i) => i !== 5))) instanceof ReplayError);
  assert.ok(cause(() => run(records.map((r) => (r.ask === 'file' && r.what === 'write' ? { ...r, hash: '0'.repeat(16) } : r)))) instanceof ReplayError);
});

Record('equal pages of what was read are kept once', () => {
  const { log, file } = recorded('pieces');
  const twice: InputLog = { ...log, records: [...log.records, ...log.records] };
  assert.ok(writeInputLog(twice).length < file.length * 1.2);
  assert.ok(file.length < lines.length + 4000);
});

Record('foreign, cut and damaged logs are refused by name', () => {
  const { log, file } = recorded('refused');
  const refused = (bytes: Uint8Array, why: RegExp): void => assert.throws(() => readInputLog(bytes), (e: unknown) => e instanceof InputLogError && why.test(e.message));
  refused(new Uint8Array(100), /^not an input log$/);
  for (const cut of [20, 30, 100, file.length - 1]) refused(file.subarray(0, cut), /^input log is cut short$/);
  refused(Uint8Array.from([...file, 0]), /bytes left over/);
  refused(file.map((b, i) => (i === 500 ? b ^ 1 : b)), /^input log is damaged/);
  refused(file.map((b, i) => (i === 16 ? 99 : b)), /^input log of format 99; this program reads format/);
  assert.is(difference(log, log.config, log.image, 'copying', ['copying'], []), undefined);
  assert.match(difference(log, { ...log.config, seed: 2 }, log.image, 'copying', ['copying'], [])!, /recorded with seed 1, not 2/);
  assert.match(difference(log, log.config, 'x', 'copying', ['copying'], [])!, /another image/);
  assert.match(difference(log, log.config, log.image, 'copying', ['copying', 'x'], [])!, /arguments/);
});

Record.run();
