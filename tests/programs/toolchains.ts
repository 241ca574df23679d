/** Runs a program of another toolchain on the machine and compares with what it must print. */
import * as assert from 'uvu/assert';
import type { Config } from '../../machine/config.js';
import { runImage, type Ran } from '../helpers/onMachine.js';
import type { Program } from '../helpers/toolchain.js';

export function check(program: Program, image: Uint8Array, config: Partial<Config>): Ran {
  const ran = runImage(image, [program.name, ...program.arguments], config);
  const { output, status, stopped } = ran;
  assert.equal({ output, status, stopped }, { output: program.output, status: program.status, stopped: undefined });
  if (program.errors !== undefined) assert.is(ran.errors, program.errors);
  return ran;
}
