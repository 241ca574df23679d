/** Bare machines (machine/bare.ts), and a program that shows the order in which cores ran. */
import { assemble, formatDiagnostic } from '../../asm/assemble.js';
import { Bare } from '../../machine/bare.js';
import type { Config } from '../../machine/config.js';
import type { Machine } from '../../machine/machine.js';
import type { KernelPort, Parts } from '../../machine/parts.js';
import { boot } from './boot.js';

/** The image of a program that starts at main. */
export function imageOf(text: string): Uint8Array {
  const { image, diagnostics } = assemble([{ name: 'test.s', text }], { entry: 'main' });
  if (image === undefined) throw new Error(diagnostics.map((d) => formatDiagnostic(d)).join('\n'));
  return image;
}

export const bareKernel = (parts: Parts): KernelPort => new Bare(parts);

/** A small machine with the program loaded on all its cores. */
export const bareMachine = (text: string, config: Partial<Config> = {}): Machine => boot(config, text).machine;

/**
 * A program whose result depends on how cores interleave: all of them read, change and write one counter without
 * locks, and spread values derived from it over 64 KiB. RDI is the core's number.
 */
export const racing = `
TEXT main(SB), 4, $0
	MOVQ $4000, CX
	LEAQ table(SB), DX
again:
	MOVQ counter(SB), AX
	LEAQ 7(AX)(DI*2), AX
	MOVQ AX, counter(SB)
	IMULQ $0x1e3779b1, AX
	MOVQ AX, BX
	SHRQ $11, BX
	ANDQ $0xfff8, BX
	ADDQ AX, (DX)(BX*1)
	XORQ CX, 8(DX)(BX*1)
	DECQ CX
	JNZ again
	HLT
GLOBL counter(SB), 16, $8
GLOBL table(SB), 16, $65552
`;
