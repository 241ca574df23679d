import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { E, amd64Syscalls, arm64Syscalls, errors, numbersOf } from '../../../isa/abi/linux.js';

const Abi = suite('linux abi');

Abi('a call has its number on either ISA', () => {
  const amd64 = numbersOf(amd64Syscalls);
  const arm64 = numbersOf(arm64Syscalls);
  const both = (name: string): (number | undefined)[] => [amd64.get(name), arm64.get(name)];
  assert.equal(both('futex'), [202, 98]);
  assert.equal(both('clone'), [56, 220]);
  assert.equal(both('exit_group'), [231, 94]);
  assert.equal(both('getrandom'), [318, 278]);
  assert.equal(both('process_madvise'), [440, 440]);
  assert.equal(both('arch_prctl'), [158, undefined]);
});

Abi('errors have a number, a name and a text', () => {
  assert.is(E.ETIMEDOUT, 110);
  assert.equal(errors.get(2), { name: 'ENOENT', text: 'No such file or directory' });
});

Abi.run();
