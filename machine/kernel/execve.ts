/**
 * Running another program in place of the caller: execve(2), execveat(2), and scripts with a #! line.
 *
 * Everything that can fail is done before the old memory goes: files are looked up, arguments copied and the new
 * image loaded into a space of its own. Left out: dynamically linked programs (the run stops and names the
 * interpreter, unless it does not exist: ENOENT), set-user-ID.
 */
import { ElfError, PT, readElf } from '../../isa/abi/elf.js';
import { AT, E, RLIMIT, SIG, SIG_IGN } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import { loadProgram } from './exec.js';
import { dropMemory, endOtherThreads, leaveMemory } from './exit.js';
import { latin1 } from './guest.js';
import type { Kernel } from './kernel.js';
import { noAltStack } from './altstack.js';
import type { Process } from './task.js';
import { isFile, isLink, type Inode } from './inode.js';
import { dropTimers } from './timer.js';
import { maxPath } from './tree.js';

/** Linux: 32 pages for one string, a quarter of the stack limit for all with a pointer each, 128 KiB always. */
const stringMax = 131072;
const alwaysBytes = 131072;
/** How much of a file is looked at for a #! line, and how many such lines may follow each other. */
const headBytes = 256;
const maxScripts = 5;

interface Program {
  readonly inode: Inode;
  /** Absolute path. */
  readonly path: string;
}

export const execve = (k: Kernel, c: Call): Result => run(k, c, AT.FDCWD, 0, 0);

/** execveat(directory, path, argv, envp, flags). */
export function execveat(k: Kernel, c: Call): Result {
  const flags = c.i(4);
  return (flags & ~(AT.EMPTY_PATH | AT.SYMLINK_NOFOLLOW)) !== 0 ? -E.EINVAL : run(k, c, c.i(0), 1, flags);
}

function run(k: Kernel, c: Call, dirfd: number, first: number, flags: number): Result {
  const name = c.user.string(c.u(first), maxPath);
  if (name === undefined) return -E.ENAMETOOLONG;
  let program = find(k, c, dirfd, name, flags);
  if (typeof program === 'number') return program;
  const limit = Math.max(alwaysBytes, Math.floor(Math.min(Number(c.process.limits[RLIMIT.STACK]![0]) / 4, 6 * 2 ** 20)));
  const budget = { bytes: limit - name.length - 1 };
  const argv = strings(c, c.u(first + 1), budget);
  const env = strings(c, c.u(first + 2), budget);
  if (argv === undefined || env === undefined) return -E.E2BIG;
  const filename = dirfd === AT.FDCWD || name.startsWith('/') ? name : `/dev/fd/${dirfd}${name === '' ? '' : `/${name}`}`;
  let script = filename;
  for (let depth = 0; ; depth++) {
    const image = k.files.contents(program.inode);
    if (typeof image === 'number') return image;
    const line = interpreter(image);
    if (line === undefined) return replace(k, c, program, image, filename, argv, env);
    if (line === '' || depth > maxScripts) return line === '' ? -E.ENOEXEC : -E.ELOOP;
    if (name === '' && k.files.descriptor(c.task, dirfd)?.closeOnExec) return -E.ENOENT; // the interpreter could not open it
    const [, path, argument] = /^([^ \t]+)[ \t]*(.*)$/s.exec(line)!;
    argv.splice(0, 1, path!, ...(argument === '' ? [] : [argument!]), script);
    script = path!;
    program = find(k, c, AT.FDCWD, script, 0);
    if (typeof program === 'number') return program;
  }
}

/** The file to execute, if it may be. */
function find(k: Kernel, c: Call, dirfd: number, name: string, flags: number): Program | number {
  let program: Program;
  if (name === '') {
    const file = (flags & AT.EMPTY_PATH) === 0 ? undefined : k.files.file(c.task, dirfd);
    if (!file) return (flags & AT.EMPTY_PATH) === 0 ? -E.ENOENT : -E.EBADF;
    if (file.kind !== 'inode') return -E.EACCES;
    const inode = k.files.tree.get(file.inode);
    program = { inode, path: k.files.tree.nameOf(file.inode) };
  } else {
    const base = name.startsWith('/') ? k.files.base(c.task, AT.FDCWD) : k.files.base(c.task, dirfd);
    if (typeof base === 'number') return base;
    const place = k.files.tree.resolve(base, name, (flags & AT.SYMLINK_NOFOLLOW) === 0);
    if (typeof place === 'number') return place;
    if (!place.inode) return -E.ENOENT;
    if (isLink(place.inode)) return -E.ELOOP;
    program = { inode: place.inode, path: `${k.files.tree.pathOf(place.dir).replace(/\/$/, '')}/${place.name}` };
  }
  const { inode } = program;
  if (!isFile(inode) || (inode.mode & 0o111) === 0) return -E.EACCES;
  return k.files.beingWritten(inode) ? -E.ETXTBSY : program;
}

/** A vector of strings that ends with NULL; NULL itself is empty. Undefined: too long. */
function strings(c: Call, at: number, budget: { bytes: number }): string[] | undefined {
  const list: string[] = [];
  for (let va = at; at !== 0; va += 8) {
    const pointer = c.user.word(va);
    if (pointer === 0) break;
    const text = c.user.string(pointer, stringMax);
    if (text === undefined) return undefined;
    budget.bytes -= text.length + 1 + 8;
    if (budget.bytes < 0) return undefined;
    list.push(text);
  }
  return list;
}

/** What stands behind #!; '' when nothing usable does; undefined when the file is no script. */
function interpreter(image: Uint8Array): string | undefined {
  const head = latin1(image.subarray(0, headBytes));
  if (!head.startsWith('#!')) return undefined;
  const end = head.indexOf('\n');
  const line = (end < 0 ? head.slice(2).split('\0')[0]! : head.slice(2, end)).replace(/^[ \t]+|[ \t]+$/g, '');
  // a name that goes on beyond what is looked at is cut, and must not be run
  return end < 0 && image.length >= headBytes && !/[ \t]/.test(line) ? '' : line;
}

/** The point of no return lies in the middle: once the image is loaded, nothing fails any more. */
function replace(k: Kernel, c: Call, program: Program, image: Uint8Array, filename: string, argv: readonly string[], env: readonly string[]): Result {
  const { process } = c;
  const refused = dynamic(k, c, image);
  if (refused !== 0) return refused;
  const space = k.parts.spaces.create();
  space.stackLimitBytes = Number(process.limits[RLIMIT.STACK]![0]);
  let registers: Uint8Array;
  try {
    registers = loadProgram(k, space, image, { argv, env, path: program.path, filename, ids: process.ids });
  } catch (e) {
    k.parts.spaces.destroy(space);
    if (e instanceof ElfError) return -E.ENOEXEC;
    throw e;
  }
  k.charge(k.core, k.costs.exec);
  endOtherThreads(k, process, c.task);
  leaveMemory(k, process, c.task, false);
  dropTimers(k, process.pid, 'posix');
  dropMemory(k, process);
  process.space = space.id;
  renew(process, program, argv);
  const task = k.becomeLeader(c.task);
  task.altStack = { ...noAltStack(), flags: task.altStack.flags };
  task.comm = filename.slice(filename.lastIndexOf('/') + 1).slice(0, 15);
  task.keepCaps = false;
  task.rseq = task.rseqSignature = 0;
  task.rseqDue = false;
  k.files.tables.closeOnExec(task);
  k.startImage(task, registers, space);
  return 0;
}

function renew(process: Process, program: Program, argv: readonly string[]): void {
  process.path = program.path;
  process.executable = program.inode.ino;
  process.argv = argv;
  process.actions = process.actions.map((a) => (a?.handler === BigInt(SIG_IGN) ? a : undefined));
  process.executed = true;
  process.exitSignal = SIG.CHLD;
  process.dumpable = 1;
  for (const ids of [process.ids.uid, process.ids.gid]) ids[2] = ids[3] = ids[1]!; // saved and for files: the effective one
  process.barriers = 0;
}

/** Programs that need an interpreter: not modelled. */
function dynamic(k: Kernel, c: Call, image: Uint8Array): number {
  try {
    const interp = readElf(image).segments.find((s) => s.type === PT.INTERP);
    if (!interp) return 0;
    const name = latin1(image.subarray(interp.offset, interp.offset + interp.fileBytes)).split('\0')[0]!;
    const found = find(k, c, AT.FDCWD, name, 0);
    if (typeof found === 'number') return found;
    k.parts.stop(`unimplemented: dynamically linked program (needs ${name})`);
  } catch (e) {
    if (e instanceof ElfError) return -E.ENOEXEC;
    throw e;
  }
  return -E.ENOEXEC;
}
