/** Very many threads: a C program makes them by clone, each works, gives way, sleeps and waits with all others for a gate (tests/programs/sched/crowd.c). */
import * as assert from 'uvu/assert';
import type { Config } from '../../../../machine/config.js';
import { runImage, type Ran } from '../../../helpers/onMachine.js';
import { cImage, type Compiler } from '../../../helpers/toolchain.js';

/** What a thread computes: 50 steps of Knuth's congruential generator from its number, without the lowest 40 bits. */
function share(number: number): bigint {
  let x = BigInt(number);
  for (let i = 0; i < 50; i++) x = BigInt.asUintN(64, x * 6364136223846793005n + 1442695040888963407n);
  return x >> 40n;
}

/** Runs the program and checks what it says; `leave`: it ends while its threads wait. */
export function crowd(compiler: Compiler, threads: number, config: Partial<Config>, leave = false): Ran {
  const ran = runImage(cImage({ name: 'sched/crowd' }, compiler), ['crowd', String(threads), ...(leave ? ['leave'] : [])], { memoryBytes: 512 * 2 ** 20, ...config });
  let sum = 0n;
  for (let n = 1; n <= threads; n++) sum += share(n);
  const there = `${threads + 1} threads, ${threads + 1} listed, 100 % asleep, sum ${sum}\n`;
  assert.equal([ran.stopped, ran.status, ran.output], [undefined, 0, leave ? there : `${there}${threads} gone\n`], ran.errors);
  return ran;
}
