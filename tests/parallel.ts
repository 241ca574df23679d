/**
 * `node dist/tests/parallel.js PATTERN`: runs the test files whose path matches, as `uvu dist/tests PATTERN` does, in as many processes as there are processors, and
 * adds up what they report. The first shows its output at once, the others when it is over.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { parse } from 'uvu/parse';

const folder = dirname(fileURLToPath(import.meta.url));
const uvu = join(dirname(createRequire(import.meta.url).resolve('uvu')), '../bin.js');

interface Report {
  readonly output: string;
  readonly failed: boolean;
}

/** Runs some files; `show`: what they print is shown as it comes. */
function run(files: readonly string[], show: boolean): Promise<Report> {
  const pattern = `^(${files.map((name) => name.replace(/[^\w/]/g, '\\$&')).join('|')})$`;
  const child = spawn(process.execPath, [uvu, folder, pattern], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' } });
  let output = '';
  const take = (text: string): void => {
    output += text;
    if (show) process.stdout.write(text);
  };
  child.stdout.setEncoding('utf8').on('data', take);
  child.stderr.setEncoding('utf8').on('data', take);
  return new Promise((done) => child.on('close', (code) => done({ output, failed: code !== 0 })));
}

/** The number behind a word in the last lines of a report. */
const figure = ({ output }: Report, word: string): number => Number(new RegExp(`^ *${word}: *(\\d+)`, 'm').exec(stripVTControlCharacters(output).slice(-400))?.[1] ?? NaN);

const began = performance.now();
const pattern = process.argv[2] ?? '';
const files = (await parse(folder, pattern)).suites.map(({ name }) => name).sort();
if (files.length === 0) {
  console.error(`no test file matches ${pattern}`);
  process.exit(1);
}
const shares = Array.from({ length: Math.min(files.length, availableParallelism()) }, (_, k, n = availableParallelism()) => files.filter((_, i) => i % n === k));
const running = shares.map((share, k) => run(share, k === 0));
const reports: Report[] = [];
for (const [k, one] of running.entries()) {
  const report = await one;
  reports.push(report);
  if (k > 0) process.stdout.write(report.output);
}
const sum = (word: string): number => reports.reduce((total, report) => total + figure(report, word), 0);
console.log(`\n  Total:     ${sum('Total')}\n  Passed:    ${sum('Passed')}\n  Skipped:   ${sum('Skipped')}\n  Duration:  ${(performance.now() - began).toFixed(2)}ms, in ${shares.length} processes\n`);
if (reports.some((r) => r.failed) || Number.isNaN(sum('Total'))) process.exitCode = 1;
