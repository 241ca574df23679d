/** A sweep from its flags to what it writes. */
import { SingleBar } from 'cli-progress';
import { availableParallelism } from 'node:os';
import { basename, extname } from 'node:path';
import { checkOut, readInput, writeOut } from '../file.js';
import { count, InputError, UsageError, type Flags } from '../options.js';
import { gridOf, nameOf, type Cell } from './grid.js';
import { eventsOf } from './cell.js';
import { Pool } from './pool.js';
import { htmlOf, svgOf } from './plot.js';
import { csvOf, jsonOf, tableOf, type Done } from './report.js';
import { Results } from './results.js';
import { readSpec, type Spec } from './spec.js';

/** What SIGINT leaves as exit status. */
const interruptedStatus = 128 + 2;

/** Runs the sweep of the file `path`. Returns the exit status. */
export async function sweep(flags: Flags, path: string): Promise<number> {
  const output = flags['--output'];
  const plot = flags['--plot'];
  if (plot !== undefined && !['.svg', '.html'].includes(extname(plot))) throw new UsageError(`--plot takes a file that ends in .svg or .html, not ${plot}`);
  for (const out of [output, plot]) if (out !== undefined) checkOut(out);
  const jobs = count(flags, '--jobs', 1, 1024, availableParallelism());
  const most = count(flags, '--max-instructions', 1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const spec = readSpec(new TextDecoder().decode(readInput(path)), path);
  const cells = await gridOf(spec, path, most);
  checkMeasures(spec, path, cells);
  const results = new Results(flags['--results'] ?? `${path.replace(/\.json$/, '')}.results.jsonl`, flags['--fresh'] ?? false);
  if (await runAll(cells, results, jobs) === 'interrupted') return interruptedStatus;
  const done = cells.map((cell): Done => ({ cell, ran: results.of(cell)! }));
  const table = tableOf(spec, done);
  const asked = flags['--json'] || extname(output ?? '') === '.json' ? jsonOf(spec, done) : extname(output ?? '') === '.csv' ? csvOf(spec, done) : table;
  if (output === undefined) process.stdout.write(asked);
  else writeOut(output, asked);
  if (plot !== undefined) writeOut(plot, extname(plot) === '.svg' ? await svgOf(spec, done) : await htmlOf(spec, done, basename(path), table));
  const failures = done.filter(({ ran }) => ran.failure !== undefined);
  for (const { cell, ran } of failures) process.stderr.write(`rt0: ${nameOf(cell.values)}: ${ran.failure}\n`);
  if (failures.length > 0) process.stderr.write(`rt0: ${failures.length} of ${cells.length} cells failed\n`);
  return failures.length > 0 ? 1 : 0;
}

/** Before anything runs: every event that is asked for is one that some cell's machine counts. */
function checkMeasures(spec: Spec, path: string, cells: readonly Cell[]): void {
  const kinds = new Map(cells.map(({ job }) => [`${job.config.timing} ${job.config.caches === null}`, job.config]));
  const events = new Set([...kinds.values()].flatMap(eventsOf));
  const unknown = spec.measures.filter((m) => m.output === undefined && !events.has(m.name));
  if (unknown.length > 0) throw new InputError(unknown.map((m) => `${path}: measure ${m.name}: no event of these machines; there is ${[...events].join(', ')}`).join('\n'), true);
}

/** Runs what has no result yet. */
async function runAll(cells: readonly Cell[], results: Results, jobs: number): Promise<'done' | 'interrupted'> {
  // failures are tried again, since the host may have been their cause
  const open = cells.filter((cell) => results.of(cell)?.failure !== undefined || !results.of(cell));
  if (open.length === 0) return 'done';
  const tty = process.stderr.isTTY;
  const bar = new SingleBar({ format: '{bar} {value}/{total} cells, {eta_formatted} left {last}', stream: process.stderr, clearOnComplete: true, hideCursor: true, barsize: 30 });
  let ended = cells.length - open.length;
  if (tty) bar.start(cells.length, ended, { last: '' });
  const pool = new Pool(process.argv[1]!, jobs);
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
    pool.stop();
  };
  process.once('SIGINT', interrupt);
  try {
    await pool.run(open, (cell, ran) => {
      results.add(cell, ran);
      const last = `${nameOf(cell.values)}${ran.failure === undefined ? '' : `: ${ran.failure}`}`;
      if (tty) bar.update(++ended, { last });
      else process.stderr.write(`${++ended}/${cells.length} ${last}\n`);
    });
  } finally {
    pool.stop();
    process.off('SIGINT', interrupt);
    if (tty) bar.stop();
  }
  if (interrupted) process.stderr.write(`rt0: interrupted after ${ended} of ${cells.length} cells; the same command goes on from there\n`);
  return interrupted ? 'interrupted' : 'done';
}
