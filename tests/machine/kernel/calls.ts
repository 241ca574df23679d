/**
 * Random system calls: every name of the table with arguments from lists of awkward values, wild
 * pointers among them. Whatever a program asks, the model answers with a result, a signal or a named stop, never with an
 * exception of its own. A machine that came to its end, or whose threads all sleep, is replaced by a new one.
 */
import { E, amd64Syscalls, errors } from '../../../isa/abi/linux.js';
import { Random } from '../../../machine/kernel/random.js';
import { handlers } from '../../../machine/kernel/syscalls.js';
import { MachineStop } from '../../../machine/stop.js';
import { codeAt, Guest } from '../../helpers/task.js';

const names = amd64Syscalls.filter((name): name is string => name !== undefined);
/** Those with a handler: most calls are of these. */
const handled = names.filter((name) => handlers.has(name));
const known: ReadonlySet<number> = new Set(Object.values(E));
/** Tasks a machine may gather before it is replaced. */
const mostTasks = 20;

export interface Answers {
  calls: number;
  succeeded: number;
  /** Calls that put their thread to sleep or ended it. */
  open: number;
  machines: number;
  /** How often each error came. */
  readonly errors: Map<string, number>;
}

export const noAnswers = (): Answers => ({ calls: 0, succeeded: 0, open: 0, machines: 0, errors: new Map() });

/** Makes `count` calls under `seed` and adds what came of them. Throws what the model throws. */
export function randomCalls(seed: number, count: number, answers: Answers = noAnswers()): Answers {
  const random = new Random(seed);
  const fresh = (more: number): Guest => {
    answers.machines++;
    const g = new Guest({ cores: 2, seed: seed + more });
    g.kernel.trace = more % 3 === 0 ? g.kernel.trace : undefined; // formatting the trace is most of the work
    return g;
  };
  let g = fresh(0);
  for (let i = 0; i < count; i++) {
    let tid = awake(g);
    if (tid === undefined) tid = awake((g = fresh(i)))!;
    const pool = random.below(20) === 0 ? names : handled;
    const name = pool[random.below(pool.length)]!;
    const args = Array.from({ length: 6 }, () => argument(random, g.scratch));
    try {
      answers.calls++;
      const result = g.sysAs(tid, name, ...args);
      if (Number.isNaN(result)) answers.open++;
      else if (result >= 0 || result < -4095) answers.succeeded++;
      else if (known.has(-result)) count1(answers.errors, errors.get(-result)?.name ?? String(-result));
      else throw new Error(`result ${result}`);
      if (i % 16 === 0) g.pass(10);
    } catch (e) {
      if (!(e instanceof MachineStop)) throw new Error(`seed ${seed}, call ${i}: ${name}(${args.map(String).join(', ')}): ${(e as Error).stack}`);
      g = fresh(i);
    }
  }
  return answers;
}

/** A thread that can make a call; undefined when the machine has had its day. */
function awake(g: Guest): number | undefined {
  if (g.machine.exitStatus !== undefined || g.machine.stopMessage !== undefined || g.kernel.state.tasks.size > mostTasks) return undefined;
  for (const task of g.kernel.state.tasks.values()) if (task.state === 'running') return task.tid;
  return undefined;
}

function count1(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

/** One line of figures. */
export function figures(a: Answers): string {
  const most = [...a.errors].sort((x, y) => y[1] - x[1]).slice(0, 8).map(([name, n]) => `${name} ${n}`);
  return `${a.calls} calls on ${a.machines} machines: ${a.succeeded} succeeded, ${a.open} slept or ended their thread; ${a.errors.size} errors: ${most.join(', ')}`;
}

/** The ends of user addresses, holes, kernel addresses and what no address can be. */
const wild = [0n, 1n, 4095n, 0xffff_ffff_ffff_ffffn, 0x7fff_ffff_f000n, 0x7fff_ffff_efffn, 0x8000_0000_0000n, 0xffff_8000_0000_0000n, 0xdead_beef_dead_beefn, 0xffff_ffff_ffff_f000n];
const sizes = [0xffff_ffffn, 0x7fff_ffffn, 0x8000_0000n, 4096n, 0xffff_ffff_ffff_ff9cn, 1n << 40n, 1n << 62n, 1n << 63n];

function argument(random: Random, scratch: number): bigint {
  switch (random.below(10)) {
    case 0: return BigInt(random.below(8));
    case 1: return BigInt(scratch + 8 * random.below(512));
    case 2: return BigInt(scratch + random.below(70000)); // some beyond its end
    case 3: return 1n << BigInt(random.below(64));
    case 4: return random.next();
    case 5: return wild[random.below(wild.length)]!;
    case 6: return sizes[random.below(sizes.length)]!;
    case 7: return BigInt(random.below(2) === 0 ? scratch + 65536 - random.below(16) : codeAt + random.below(5000)); // across an end; not to be written
    case 8: return BigInt(random.below(4096));
    default: return BigInt(random.below(0x400));
  }
}
