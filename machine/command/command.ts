/** What every subcommand is: its words for help and the function that runs it. */
import type { OptionName } from './options.js';

export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly text: string;
  readonly options: readonly OptionName[];
  /** Returns the exit status. Throws UsageError (status 2) or InputError (status 1). */
  run(words: readonly string[]): Promise<number>;
}
