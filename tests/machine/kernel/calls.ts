/**
 * Random system calls: every name of the table with arguments from a list of awkward values. Whatever a program asks,
 * the model answers with a result, a signal or a named stop, never with an exception of its own.
 */
import { E, amd64Syscalls } from '../../../isa/abi/linux.js';
import { Random } from '../../../machine/kernel/random.js';
import { MachineStop } from '../../../machine/stop.js';
import { Guest } from '../../helpers/task.js';

/** Calls that end the machine or wait long. */
const left = new Set(['exit', 'exit_group', 'pause', 'rt_sigsuspend', 'kill', 'tkill', 'tgkill', 'rt_sigreturn']);
const names = amd64Syscalls.filter((name): name is string => name !== undefined && !left.has(name));

/** Makes `count` calls under `seed`; returns how many succeeded. Throws what the model throws. */
export function randomCalls(seed: number, count: number): number {
  const random = new Random(seed);
  let g = new Guest({ cores: 2, seed });
  let done = 0;
  for (let i = 0; i < count; i++) {
    const name = names[random.below(names.length)]!;
    const args = Array.from({ length: 6 }, () => argument(random, g.scratch));
    const tid = [...g.kernel.state.tasks.keys()].find((t) => g.task(t).state === 'running');
    if (tid === undefined || g.machine.exitStatus !== undefined || g.kernel.state.tasks.size > 20) {
      g = new Guest({ cores: 2, seed: seed + i });
      continue;
    }
    try {
      const result = g.sysAs(tid, name, ...args);
      if (result < 0 && result > -4096 && ![...Object.values(E)].includes(-result)) throw new Error(`result ${result}`);
      if (result >= 0) done++;
      if (i % 16 === 0) g.pass(50);
    } catch (e) {
      if (e instanceof MachineStop) g = new Guest({ cores: 2, seed: seed + i });
      else throw new Error(`seed ${seed}, call ${i}: ${name}(${args.map(String).join(', ')}): ${(e as Error).stack}`);
    }
  }
  return done;
}

function argument(random: Random, scratch: number): bigint {
  switch (random.below(8)) {
    case 0: return BigInt(random.below(8));
    case 1: return BigInt(scratch + 8 * random.below(512));
    case 2: return BigInt(scratch + random.below(70000));
    case 3: return 1n << BigInt(random.below(64));
    case 4: return random.next();
    case 5: return [0n, 0xffff_ffff_ffff_ffffn, 0xffff_ffffn, 0x7fff_ffffn, 0x8000_0000n, 0x7fff_ffff_f000n, 4096n, 0xffff_ffff_ffff_ff9cn][random.below(8)]!;
    case 6: return BigInt(random.below(4096));
    default: return BigInt(random.below(0x400));
  }
}
