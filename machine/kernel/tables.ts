/**
 * What clone shares or copies by CLONE_FILES and CLONE_FS: descriptor tables, and working directories with their
 * umask. Threads name them by number, and each knows how many threads do.
 */
import type { Files } from './file.js';
import type { Descriptor, Task } from './task.js';
import { rootIno } from './tree.js';

export interface DescriptorTable {
  users: number;
  /** By number; a hole is a closed descriptor. */
  readonly slots: (Descriptor | undefined)[];
}

export interface WorkingDirectory {
  users: number;
  /** Inode. */
  cwd: number;
  umask: number;
}

export interface TablesState {
  readonly descriptors: Map<number, DescriptorTable>;
  readonly directories: Map<number, WorkingDirectory>;
  next: number;
}

const firstUmask = 0o022;

export class Tables {
  constructor(
    private readonly files: Files,
    private readonly state: TablesState,
  ) {}

  static newState(): TablesState {
    return { descriptors: new Map(), directories: new Map(), next: 1 };
  }

  descriptors(id: number): DescriptorTable {
    const table = this.state.descriptors.get(id);
    if (!table) throw new Error(`no descriptor table ${id}`);
    return table;
  }

  directory(id: number): WorkingDirectory {
    const directory = this.state.directories.get(id);
    if (!directory) throw new Error(`no working directory ${id}`);
    return directory;
  }

  /** An empty table and the root directory for the first thread. */
  create(task: Task): void {
    task.files = this.add(this.state.descriptors, { users: 1, slots: [] });
    task.directory = this.add(this.state.directories, { users: 1, cwd: rootIno, umask: firstUmask });
  }

  private add<T>(map: Map<number, T>, value: T): number {
    const id = this.state.next++;
    map.set(id, value);
    return id;
  }

  /** A new thread uses what its creator uses, or copies. */
  inherit(task: Task, from: Task, shareFiles: boolean, shareDirectory: boolean): void {
    task.files = from.files;
    task.directory = from.directory;
    this.descriptors(task.files).users++;
    this.directory(task.directory).users++;
    if (!shareFiles) this.unshareFiles(task);
    if (!shareDirectory) this.unshareDirectory(task);
  }

  /** The thread gets a copy of its descriptors if others use them too. */
  unshareFiles(task: Task): void {
    const table = this.descriptors(task.files);
    if (table.users === 1) return;
    table.users--;
    const slots = table.slots.map((d) => d && { ...d });
    for (const d of slots) if (d) this.files.get(d.file).refs++;
    task.files = this.add(this.state.descriptors, { users: 1, slots });
  }

  unshareDirectory(task: Task): void {
    const shared = this.directory(task.directory);
    if (shared.users === 1) return;
    shared.users--;
    task.directory = this.add(this.state.directories, { ...shared, users: 1 });
  }

  /** The thread ends: what nobody else uses is closed. */
  release(task: Task): void {
    const table = this.descriptors(task.files);
    if (--table.users === 0) {
      table.slots.forEach((_, fd) => this.files.clear(table.slots, fd));
      this.state.descriptors.delete(task.files);
    }
    const directory = this.directory(task.directory);
    if (--directory.users === 0) {
      this.state.directories.delete(task.directory);
      const inode = this.files.tree.get(directory.cwd);
      this.files.tree.dropUnused(inode);
    }
    task.files = task.directory = 0;
  }

  /** execve: closes what is marked for it, in a table of the thread's own. */
  closeOnExec(task: Task): void {
    this.unshareFiles(task);
    const { slots } = this.descriptors(task.files);
    slots.forEach((d, fd) => d?.closeOnExec && this.files.clear(slots, fd));
  }

  /** Some thread works in this directory. */
  inUse(ino: number): boolean {
    for (const directory of this.state.directories.values()) if (directory.cwd === ino) return true;
    return false;
  }
}
