/** Starting a program: its memory and first registers; and the first process of all. */
import { noAltStack } from './altstack.js';
import { S, SIG } from '../../isa/abi/linux.js';
import { ConfigError } from '../config.js';
import { RegisterImage } from './abi.js';
import { latin1 } from './guest.js';
import { rootIds } from './identity.js';
import { isDir, isFile, type Inode } from './inode.js';
import type { Kernel } from './kernel.js';
import { load } from './loader.js';
import { firstLimits } from './process.js';
import { newTask, noUsage, type Ids, type Process, type Task } from './task.js';
import { rootIno } from './tree.js';
import type { AddressSpace } from './vm.js';

/** What a program is told. Texts are bytes, a character each. */
export interface Start {
  readonly argv: readonly string[];
  readonly env: readonly string[];
  /** Absolute path of the executable. */
  readonly path: string;
  /** The name it was called by. */
  readonly filename: string;
  readonly ids: Ids;
}

/** Loads `image` into an empty space; the registers to start with. Throws ElfError. */
export function loadProgram(k: Kernel, space: AddressSpace, image: Uint8Array, start: Start): Uint8Array {
  const { config, spaces } = k.parts;
  const loaded = load(spaces, space, image, {
    arch: config.arch, argv: start.argv.map(rawBytes), env: start.env.map(rawBytes), path: rawBytes(start.filename), name: start.path,
    random: k.random.bytes(16), hwcap: k.abi.hwcap(k), hwcap2: 0, platform: k.abi.machine, uid: start.ids.uid[1]!, gid: start.ids.gid[1]!,
    vdso: k.abi.vdso(config),
  });
  return firstRegisters(k, loaded.entry, loaded.sp);
}

/** Loads `image` as process 1 and returns its thread, ready to run. Throws ElfError. */
export function firstProcess(k: Kernel, image: Uint8Array, argv: readonly string[], env: readonly string[], path: string): Task {
  const { config, spaces } = k.parts;
  const space = spaces.create();
  const absolute = `/${utf8(path).split('/').filter((part) => part !== '' && part !== '.').join('/')}`;
  const registers = loadProgram(k, space, image, { argv: argv.map(utf8), env: env.map(utf8), path: absolute, filename: utf8(path), ids: rootIds() });
  const pid = k.state.nextTid++;
  const name = absolute.slice(absolute.lastIndexOf('/') + 1).slice(0, 15);
  const process: Process = {
    pid, parent: 0, parentThread: 0, group: pid, session: pid, ids: rootIds(), space: space.id, path: absolute, executable: 0, argv: argv.map(utf8), threads: new Set([pid]),
    actions: [], pending: [], limits: firstLimits(config.memoryBytes), oomScoreAdj: 0, started: 0, executed: true, exitSignal: SIG.CHLD, status: undefined, stopped: 0, news: undefined,
    subreaper: false, dumpable: 1, noNewPrivileges: false, barriers: 0, ended: noUsage(), children: noUsage(),
  };
  const task = newTask(pid, pid, name, 0, (1n << BigInt(config.cores)) - 1n);
  k.state.processes.set(pid, process);
  task.altStack = { ...noAltStack(), flags: 0 }; // as a program finds it whose parents never set one
  k.state.tasks.set(pid, task);
  k.files.start(task);
  process.executable = executable(k, absolute, image).ino;
  k.files.directory(task).cwd = startFolder(k);
  task.registers = registers;
  k.trace?.exec(task, path, argv, env.length, Number(k.abi.stackPointer(k.registers(task))) + 8 * (argv.length + 2));
  return task;
}

/**
 * The file that the first program is: what a mounted folder has at its path; else a file in memory there; else, where a
 * mounted folder or a device stands in its way, a file without a name.
 */
function executable(k: Kernel, path: string, image: Uint8Array): Inode {
  const { tree } = k.files;
  const place = tree.resolve(tree.get(rootIno), path, true);
  if (typeof place !== 'number' && place.inode && isFile(place.inode)) return place.inode;
  const fields = { data: image, size: image.length };
  return tree.canPut(path) ? tree.put(path, S.IFREG | 0o755, fields) : tree.create(S.IFREG | 0o755, { ...fields, target: path.slice(1) });
}

/** The working directory that the config names. */
function startFolder(k: Kernel): number {
  const { cwd } = k.parts.config;
  const place = k.files.tree.resolve(k.files.tree.get(rootIno), utf8(cwd), true);
  if (typeof place === 'number' || !place.inode || !isDir(place.inode)) throw new ConfigError(`working directory ${cwd}: no such folder in the guest`);
  return place.inode.ino;
}

function firstRegisters(k: Kernel, entry: number, sp: number): Uint8Array {
  const bytes = new Uint8Array(k.parts.cores.state(0).save().length);
  k.abi.start(new RegisterImage(bytes), entry, sp);
  return bytes;
}

/** Text as the bytes of its UTF-8 form, a character each; a lone surrogate U+DC80 to U+DCFF stands for a byte that is no UTF-8. */
function utf8(text: string): string {
  return text.replace(/[^\x00-\x7f\udc80-\udcff]+/gu, (part) => latin1(new TextEncoder().encode(part))).replace(/[\udc80-\udcff]/g, (c) => String.fromCharCode(c.charCodeAt(0) & 0xff));
}

/** Bytes, a character each, as the loader takes texts: what is not ASCII as the surrogate that stands for the byte. */
function rawBytes(text: string): string {
  return text.replace(/[\x80-\xff]/g, (c) => String.fromCharCode(0xdc00 + c.charCodeAt(0)));
}
