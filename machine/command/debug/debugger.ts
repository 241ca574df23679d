/** What the debugger's commands are and what they work on. */
import type { Session } from '../../debug/session/session.js';
import type { Sources } from './show.js';

/** Sums over cores; undefined: the machine does not count it. */
export type Counts = readonly (number | undefined)[];

export interface Debugger {
  readonly session: Session;
  readonly sources: Sources;
  /** Moments that the user has marked, by number. */
  readonly checkpoints: Map<number, number>;
  /** Where `list` goes on: a file and a line. */
  listed: { readonly file: string; readonly line: number } | undefined;
  /** Which frame of the thread in focus names are looked up in: 0 the innermost, inlined calls counted. */
  frame: number;
  out(text: string): void;
  /** Executes a file of commands. */
  source(path: string): Promise<void>;
  /** The machine's counts at the last stop and at the one before it, in the order of `statEvents`. */
  counts: { readonly last: Counts; readonly before: Counts };
  /** Ends after this command. */
  quit: boolean;
}

export interface DebugCommand {
  /** The first is its own; the others are spellings. */
  readonly names: readonly string[];
  readonly args: string;
  readonly help: string;
  /** What its argument is, for the Tab key: a place in code, an expression, a file, or one of some words. */
  readonly takes?: 'place' | 'expression' | 'file' | readonly string[];
  run(d: Debugger, args: string): Promise<void> | void;
}

export const words = (args: string): string[] => args.split(/\s+/).filter(Boolean);
