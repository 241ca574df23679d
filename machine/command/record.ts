/** `--record FILE` and `--replay FILE`: a run's input log written, and a run that needs no other input. */
import type { Config } from '../config.js';
import type { Host, HostRead, InputRecord } from '../host.js';
import type { FileAnswer } from '../hostFiles.js';
import { difference, InputLogError, readInputLog, writeInputLog, type InputLog, type RunEnd } from '../inputLog.js';
import type { Machine } from '../machine.js';
import { readInput, writeOut } from './file.js';
import { InputError } from './options.js';

/** What a run was asked for. */
export interface Asked {
  readonly config: Config;
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  /** Most instructions, or Infinity. */
  readonly most: number;
}

export function openLog(path: string): InputLog {
  try {
    return readInputLog(readInput(path));
  } catch (e) {
    if (e instanceof InputLogError) throw new InputError(`${path}: ${e.message}`);
    throw e;
  }
}

/** Refuses a log of another run. */
export function checkOrigin(log: InputLog, path: string, asked: Asked, image: string): void {
  const found = difference(log, asked.config, image, asked.path, asked.argv, asked.env) ?? (asked.most === limitOf(log) ? undefined : 'recorded with another --max-instructions');
  if (found !== undefined) throw new InputError(`${path}: ${found}`);
}

export const limitOf = (log: InputLog): number => (log.limit === 0 ? Infinity : log.limit);

/** Refuses a run that was not the recorded one, now that it is over. */
export function checkEnd(log: InputLog, path: string, machine: Machine, status: number): void {
  const end = endOf(machine, status);
  const why =
    machine.host.leftOver > 0 ? `${machine.host.leftOver} answers left over`
    : end.status !== log.end.status ? `exit status ${end.status}, where the log has ${log.end.status}`
    : end.cycles !== log.end.cycles ? `ended at cycle ${end.cycles}, where the log has ${log.end.cycles}`
    : end.digest !== log.end.digest ? `final digest ${end.digest}, where the log has ${log.end.digest}`
    : undefined;
  if (why !== undefined) throw new InputError(`${path}: replay diverged: ${why}`);
}

const endOf = (machine: Machine, status: number): RunEnd => ({ status, cycles: machine.cycles, digest: machine.digest() });

export function writeLog(path: string, asked: Asked, machine: Machine, status: number): void {
  const { config, argv, env, most } = asked;
  const records: readonly InputRecord[] = machine.host.records();
  const log: InputLog = {
    config, image: machine.imageHash, path: asked.path, argv, env, limit: most === Infinity ? 0 : most,
    terminals: [0, 1, 2].map((fd) => machine.host.isTerminal(fd)), records, end: endOf(machine, status),
  };
  writeOut(path, writeInputLog(log));
}

/** Shows the output; all input comes from the log. */
export class ReplayHost implements Host {
  constructor(
    private readonly log: InputLog,
    private readonly show: (fd: number, bytes: Uint8Array) => void,
  ) {}

  write(fd: number, bytes: Uint8Array): void {
    this.show(fd, bytes);
  }

  read(): HostRead {
    throw new Error('a replay asks for input');
  }

  isTerminal(fd: number): boolean {
    return this.log.terminals[fd] ?? false;
  }

  file(): FileAnswer {
    throw new Error('a replay asks about a file');
  }
}
