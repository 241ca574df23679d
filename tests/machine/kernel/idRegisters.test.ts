/** Reads of arm64's ID registers by programs: the kernel answers some; others stay undefined. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assemble } from '../../../asm/assemble.js';
import { runImage } from '../../helpers/onMachine.js';
const Ids = suite('ID registers');

const SIGILL = 128 + 4;

/** Exit status of a program that exits with bits `low` to low + 7 of a register. */
function bits(register: string, low: number, cpu: 'v8' | 'base' = 'v8'): number | undefined {
  const text = `TEXT _rt0_arm64_linux(SB), 4, $0\n\tMRS ${register}, R1\n\tLSR $${low}, R1, R0\n\tAND $255, R0\n\tMOVD $94, R8\n\tSVC\n`;
  const { image, diagnostics } = assemble([{ name: 'id_arm64.s', text }], { arch: 'arm64' });
  assert.equal(diagnostics, []);
  return runImage(image!, ['id'], { arch: 'arm64', cpu }).status;
}

Ids('features are those that AT_HWCAP tells', () => {
  assert.is(bits('ID_AA64ISAR0_EL1', 4), 0x12); // SHA1; AES with PMULL
  assert.is(bits('ID_AA64ISAR0_EL1', 12), 0x11); // CRC32, SHA2
  assert.is(bits('ID_AA64ISAR0_EL1', 20), 2); // LSE atomics
  for (const low of [0, 8, 16, 24]) assert.is(bits('ID_AA64ISAR0_EL1', low, 'base'), 0);
  assert.is(bits('ID_AA64PFR0_EL1', 0), 0x11);
});

Ids('the processor is a Neoverse N1', () => {
  assert.is(bits('MIDR_EL1', 24), 0x41);
  assert.is(bits('MIDR_EL1', 4), 0x0c);
  assert.is(bits('MPIDR_EL1', 24), 0x80);
});

Ids('registers of other groups stay undefined', () => {
  assert.is(bits('SCTLR_EL1', 0), SIGILL);
  assert.is(bits('VBAR_EL1', 0), SIGILL);
});

Ids.run();
