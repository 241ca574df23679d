/** Starting a program: the first process, its memory, registers and descriptors. execve(2). */
import { S } from '../../isa/abi/linux.js';
import { GPR, RFLAGS, gprSlot, slots } from '../../isa/x86/regs.js';
import { RegisterImage } from './abi.js';
import { resetFpState } from './frame.js';
import { latin1 } from './guest.js';
import type { Kernel } from './kernel.js';
import { load } from './loader.js';
import { firstLimits } from './process.js';
import { rootIno } from './tree.js';
import { newTask, type Process, type Task } from './task.js';

/** AT_HWCAP of amd64 is CPUID leaf 1 EDX; no program of the corpus reads it. */
const hwcap = 0x178bfbff;

/** Loads `image` as process 1 and returns its thread, ready to run. Throws ElfError. */
export function firstProcess(k: Kernel, image: Uint8Array, argv: readonly string[], env: readonly string[], path: string): Task {
  const { config, spaces } = k.parts;
  const space = spaces.create();
  const loaded = load(spaces, space, image, {
    arch: config.arch, argv, env, path, random: k.random.bytes(16), hwcap, hwcap2: 0, platform: config.arch === 'amd64' ? 'x86_64' : 'aarch64', uid: 0, gid: 0,
  });
  const pid = k.state.nextTid++;
  const absolute = utf8(path.startsWith('/') ? path : `/${path}`);
  const name = absolute.slice(absolute.lastIndexOf('/') + 1).slice(0, 15);
  const process: Process = {
    pid, parent: 0, space: space.id, path: absolute, cwd: rootIno, argv: argv.map(utf8), umask: 0o022, threads: [pid],
    descriptors: [], actions: [], pending: [], limits: firstLimits(), oomScoreAdj: 0, status: undefined,
  };
  const task = newTask(pid, pid, name, 0, (1n << BigInt(config.cores)) - 1n);
  k.state.processes.set(pid, process);
  k.state.tasks.set(pid, task);
  k.files.start(process);
  k.files.tree.put(absolute, S.IFREG | 0o755, { data: image, size: image.length, changed: k.clock.epoch });
  k.trace?.exec(task, path, argv, env.length);
  task.registers = firstRegisters(k, loaded.entry, loaded.sp);
  return task;
}

/** All zero but the stack pointer, the program counter, IF and the floating-point defaults. */
function firstRegisters(k: Kernel, entry: number, sp: number): Uint8Array {
  const bytes = new Uint8Array(k.parts.cores.state(0).save().length);
  const r = new RegisterImage(bytes);
  r.set64(gprSlot(GPR.RSP), BigInt(sp));
  r.set64(slots.rip, BigInt(entry));
  r.set64(slots.FR, 1n); // ZF clear
  const rf = slots.RF & ~7;
  r.set64(rf, (r.get64(rf) & 0xffff_ffffn) | (BigInt(1 << RFLAGS.IF) << 32n));
  resetFpState(r);
  return bytes;
}

/** Text as the bytes of its UTF-8 form, a character each. */
function utf8(text: string): string {
  return latin1(new TextEncoder().encode(text));
}
