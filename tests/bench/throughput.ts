/**
 * Holds the throughput model to the measurements of BHive: `npm run bench:throughput [FILE.csv [MODE...]]`. Prints for each mode the
 * mean and median error, Kendall's tau-b, how many blocks are priced, and the twenty worst; --all prints every block. With --fallbacks:
 * instead, the forms of each core's instruction set that only their class prices.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Insn } from '../../isa/row.js';
import { readBlock } from '../../machine/uarch/hex.js';
import { fallbackForms, uarchOf } from '../../machine/uarch/lookup.js';
import { bhiveStart, boundsOf, windowTicks } from '../../machine/uarch/throughput.js';
import { cycle, NoPrice } from '../../machine/uarch/uarch.js';
import { a64Vectors, x86Vectors } from '../helpers/insns.js';
import { referencePaths } from '../helpers/reference.js';

export interface Block {
  readonly hex: string;
  readonly measured: number;
}

export interface Result extends Block {
  /** undefined: not priced. */
  readonly predicted: number | undefined;
}

/** The file beside the checkout that the measurements usually stand in. */
export const defaultPath = referencePaths('bhive-skl-dev.csv').find((p) => existsSync(p)) ?? referencePaths('bhive-skl-dev.csv')[0]!;

export function readBlocks(path: string): Block[] {
  return readFileSync(path, 'utf8').split('\n').filter((l) => /^[0-9a-f]+,/.test(l)).map((l) => {
    const [hex, measured] = l.split(',') as [string, string];
    return { hex, measured: Number(measured) };
  });
}

export function evaluate(blocks: readonly Block[], predict: (insns: readonly Insn[]) => number): Result[] {
  return blocks.map((b) => {
    try {
      return { ...b, predicted: predict(readBlock('amd64', b.hex)) };
    } catch (e) {
      if (!(e instanceof NoPrice)) throw e;
      return { ...b, predicted: undefined };
    }
  });
}

const errorOf = (r: Result): number => (r.predicted === undefined ? 1 : Math.abs(r.predicted - r.measured) / r.measured);

/** Mean error, median error, Kendall's tau-b (unpriced blocks as 0), share of blocks priced. */
export function summary(results: readonly Result[]): { mape: number; median: number; tau: number; coverage: number } {
  const errors = results.map(errorOf).sort((a, b) => a - b);
  return {
    mape: errors.reduce((s, e) => s + e, 0) / errors.length,
    median: errors[errors.length >> 1]!,
    tau: kendall(results.map((r) => r.measured), results.map((r) => r.predicted ?? 0)),
    coverage: results.filter((r) => r.predicted !== undefined).length / results.length,
  };
}

/** Kendall's tau-b: pairs in the same order less pairs in the other, ties taken out. */
export function kendall(x: readonly number[], y: readonly number[]): number {
  let [same, tiesX, tiesY, pairs] = [0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const a = Math.sign(x[i]! - x[j]!);
      const b = Math.sign(Math.round((y[i]! - y[j]!) * 1e6));
      pairs++;
      if (a === 0) tiesX++;
      if (b === 0) tiesY++;
      same += a * b;
    }
  }
  return same / Math.sqrt((pairs - tiesX) * (pairs - tiesY));
}

const percent = (x: number): string => `${(100 * x).toFixed(2)} %`;

export const modes: Readonly<Record<string, (insns: readonly Insn[]) => number>> = {
  interval: (insns) => boundsOf(uarchOf('skylake')!, insns, 'unrolled', bhiveStart).total / cycle,
  window: (insns) => windowTicks(uarchOf('skylake')!, insns, 'unrolled', bhiveStart) / cycle,
};

function printFallbacks(): void {
  for (const [name, insns] of [['skylake', x86Vectors('forms.txt', 'forms-vex.txt')], ['neoverse_n1', a64Vectors()]] as const) {
    const forms = fallbackForms(uarchOf(name)!, insns);
    console.log(`${name}: ${forms.length} forms priced by their class`);
    for (const form of forms) console.log(`  ${form}`);
  }
}

function main(words: readonly string[]): void {
  if (words.includes('--fallbacks')) return printFallbacks();
  const all = words.includes('--all');
  const [path = defaultPath, ...wanted] = words.filter((w) => w !== '--all');
  if (!existsSync(path)) {
    console.error(`no measurements: ${path} is missing; give the path of a bhive csv (columns hex, measured)`);
    process.exitCode = 1;
    return;
  }
  const blocks = readBlocks(path);
  const insns = blocks.flatMap((b) => readBlock('amd64', b.hex));
  console.log(`forms priced by their class only: ${fallbackForms(uarchOf('skylake')!, insns).join('; ') || 'none'}`);
  const byMode: Result[][] = [];
  for (const mode of wanted.length > 0 ? wanted : Object.keys(modes)) {
    const results = evaluate(blocks, modes[mode]!);
    const s = summary(results);
    byMode.push(results);
    const worst = [...results].sort((a, b) => errorOf(b) - errorOf(a)).slice(0, all ? results.length : 20);
    console.log(`${mode}: ${blocks.length} blocks, error ${percent(s.mape)}, median ${percent(s.median)}, tau ${s.tau.toFixed(3)}, priced ${percent(s.coverage)}`);
    for (const r of worst) console.log(`  ${percent(errorOf(r)).padStart(9)}  measured ${r.measured.toFixed(2).padStart(6)}  predicted ${r.predicted?.toFixed(2).padStart(6) ?? '     -'}  ${r.hex}`);
  }
  if (byMode.length === 2) console.log(`the modes differ by ${percent(difference(byMode[0]!, byMode[1]!))} on average`);
}

/** Mean difference of two predictions of the same blocks, as a share of the second. */
export function difference(a: readonly Result[], b: readonly Result[]): number {
  return a.reduce((sum, r, i) => sum + Math.abs((r.predicted ?? 0) - (b[i]!.predicted ?? 0)) / (b[i]!.predicted ?? 1), 0) / a.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
