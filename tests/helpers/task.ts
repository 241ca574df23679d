/**
 * System calls without programs: a machine whose threads only loop (a jump to itself), and calls made on their behalf by
 * setting the argument registers and trapping, exactly as the SYSCALL or SVC instruction would.
 */
import { EM, PF } from '../../isa/abi/elf.js';
import { MAP, PROT, amd64Syscalls, arm64Syscalls, numbersOf } from '../../isa/abi/linux.js';
import { gprSlot as armSlot } from '../../isa/arm64/regs.js';
import { GPR, gprSlot } from '../../isa/x86/regs.js';
import type { Arch, Config } from '../../machine/config.js';
import { MemoryHost } from '../../machine/host.js';
import { RegisterImage } from '../../machine/kernel/abi.js';
import { Kernel } from '../../machine/kernel/kernel.js';
import { Strace } from '../../machine/kernel/strace.js';
import type { Task } from '../../machine/kernel/task.js';
import { Machine } from '../../machine/machine.js';
import { elfImage } from './elfImage.js';

/** By instruction set: a jump to itself; call numbers; where number and arguments of a call go. */
const sides = {
  amd64: {
    machine: EM.X86_64, loop: Uint8Array.of(0xeb, 0xfe), numbers: numbersOf(amd64Syscalls),
    number: gprSlot(GPR.RAX), arguments: [GPR.RDI, GPR.RSI, GPR.RDX, GPR.R10, GPR.R8, GPR.R9].map(gprSlot),
  },
  arm64: { machine: EM.AARCH64, loop: Uint8Array.of(0, 0, 0, 0x14), numbers: numbersOf(arm64Syscalls), number: armSlot(8), arguments: [0, 1, 2, 3, 4, 5].map(armSlot) },
};
export const codeAt = 0x401000;
/** What Go asks of clone. */
export const goThread = 0xd0f00;

export class Guest {
  readonly host = new MemoryHost();
  readonly machine: Machine;
  readonly side: (typeof sides)[Arch];
  readonly lines: string[] = [];
  kernel!: Kernel;
  /** A page of memory to put arguments in. */
  readonly scratch: number;
  /** Cycles up to which time has passed. */
  private passed = 0;

  /** `files`: answers about mounted folders. */
  constructor(options: Partial<Config> = {}, files?: MemoryHost['file']) {
    if (files) this.host.file = files;
    this.side = sides[options.arch ?? 'amd64'];
    this.machine = new Machine({ cores: 2, memoryBytes: 32 << 20, ...options }, this.host, (parts) => {
      this.kernel = new Kernel(parts);
      this.kernel.trace = new Strace(this.kernel, (line) => this.lines.push(line.trimEnd()));
      return this.kernel;
    });
    this.machine.load(elfImage({ machine: this.side.machine, pieces: [{ flags: PF.R | PF.X, vaddr: codeAt, bytes: this.side.loop }] }), ['guest'], [], '/guest');
    this.machine.run(20_000);
    this.scratch = this.sys('mmap', 0, 65536, PROT.READ | PROT.WRITE, MAP.PRIVATE | MAP.ANONYMOUS, -1, 0);
  }

  task(tid = 1): Task {
    return this.kernel.task(tid);
  }

  /** A call by the first thread. NaN: it sleeps. */
  sys(name: string, ...args: (number | bigint)[]): number {
    return this.sysAs(1, name, ...args);
  }

  /** A call by any thread that is on a core. */
  sysAs(tid: number, name: string, ...args: (number | bigint)[]): number {
    const task = this.task(tid);
    if (task.state !== 'running') throw new Error(`thread ${tid} is ${task.state}`);
    const core = this.machine.core(task.core);
    core.set64(this.side.number, BigInt(this.side.numbers.get(name)!));
    this.side.arguments.forEach((slot, i) => core.set64(slot, BigInt.asUintN(64, BigInt(args[i] ?? 0))));
    this.kernel.trap(task.core, { reason: 'Syscall', pc: core.pc, va: 0, access: 'read', row: undefined });
    this.machine.loadLoop({ ...this.machine.saveLoop(), slice: undefined }); // a trap ends the slice
    return this.kernel.state.tasks.get(tid)?.state === 'waiting' ? NaN : this.result(tid);
  }

  /** What the last call of a thread returned. */
  result(tid: number): number {
    const task = this.kernel.state.tasks.get(tid);
    if (!task) return NaN;
    const r = task.state === 'running' ? this.machine.core(task.core) : new RegisterImage(task.registers);
    return Number(BigInt.asIntN(64, this.kernel.abi.result(r)));
  }

  /** Another thread, on a core if there is one; its tid. */
  thread(): number {
    const tid = this.sys('clone', goThread, this.scratch + 32768, 0, 0, this.scratch);
    this.pass(10);
    return tid;
  }

  /** Lets `micros` of virtual time pass, also while every core idles. */
  pass(micros: number): void {
    this.passed = Math.max(this.passed, this.machine.cycles) + micros * 3000;
    this.machine.run(this.passed);
  }

  get nanos(): number {
    return Math.floor(Math.max(this.passed, this.machine.cycles) / 3);
  }

  put32(at: number, value: number): void {
    this.kernel.user(this.kernel.process(1)).setU32(at, value);
  }
  put64(at: number, value: number | bigint): void {
    this.kernel.user(this.kernel.process(1)).setU64(at, BigInt.asUintN(64, BigInt(value)));
  }
  get32(at: number): number {
    return this.kernel.user(this.kernel.process(1)).u32(at);
  }
  get64(at: number): bigint {
    return this.kernel.user(this.kernel.process(1)).u64(at);
  }
  text(at: number, text: string): number {
    this.kernel.user(this.kernel.process(1)).write(at, Uint8Array.from(`${text}\0`, (c) => c.charCodeAt(0)));
    return at;
  }
  /** Bytes as a string of a character each. */
  bytes(at: number, count: number): string {
    return String.fromCharCode(...this.kernel.user(this.kernel.process(1)).bytes(at, count));
  }
  /** A timespec at `at`. */
  duration(at: number, nanos: number): number {
    this.put64(at, Math.floor(nanos / 1e9));
    this.put64(at + 8, nanos % 1e9);
    return at;
  }
}
