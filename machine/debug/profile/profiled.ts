/** A profile of a run from the image to the texts of its files. */
import { Calls } from './calls.js';
import { cachegrindText } from './cachegrind.js';
import { callgrindText } from './callgrind.js';
import { describeCaches, eventsOf } from './events.js';
import { ProfileFunctions } from './functions.js';
import { ProfiledLines } from './lines.js';
import { DebugInfo } from '../info.js';
import { Profile } from '../../exec/profile.js';
import type { Kernel } from '../../kernel/kernel.js';
import type { Machine } from '../../machine.js';
import type { PageTable } from '../../memory/ram.js';

/** Process of the program itself. */
const firstPid = 1;

/** A run that counts by instruction, and what is written when it is over. */
export class Profiled {
  /** For the machine. */
  readonly profile = new Profile();
  /** Undefined: nobody follows calls. */
  readonly calls: Calls | undefined;
  private readonly info: DebugInfo;
  private readonly functions: ProfileFunctions;
  private machine: Machine | undefined;
  private own: PageTable | undefined;

  /** `follows`: calls are wanted, too. Errors: DebugError where the image's debugging information is broken. */
  constructor(image: Uint8Array, follows: boolean) {
    this.info = DebugInfo.of(image);
    this.functions = new ProfileFunctions(this.info);
    if (follows) this.profile.calls = this.calls = new Calls(this.profile, this.info, this.functions);
  }

  /** The machine has its program and has not run. */
  attach(machine: Machine): void {
    const kernel = machine.kernel as Kernel;
    this.machine = machine;
    this.own = kernel.space(kernel.process(firstPid));
    this.calls?.attach(machine, this.own, eventsOf(machine));
  }

  /** It has ended: what its instructions have counted. */
  lines(): ProfiledLines {
    this.calls?.finish();
    return new ProfiledLines(this.profile, this.info, this.functions, eventsOf(this.machine!), this.own!, this.calls?.arcs.keys());
  }

  /** The files. `words`: the program's path and arguments; `creator`: what is to be said of who wrote them. Errors: DebugError. */
  texts(words: readonly string[], creator: string): { readonly cachegrind: string; readonly callgrind: string | undefined } {
    const lines = this.lines();
    const events = eventsOf(this.machine!);
    const caches = describeCaches(this.machine!);
    const command = words.join(' ').replaceAll('\n', ' ');
    return {
      cachegrind: cachegrindText(lines, events, caches, command),
      callgrind: this.calls && callgrindText(lines, this.calls, events, caches, command, creator, words[0]!),
    };
  }
}
