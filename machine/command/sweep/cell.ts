/** One cell of a sweep: a machine that runs the program to its end. Runs in a process of its own, which `worker` is. */
import type { Config } from '../../config.js';
import { MemoryHost } from '../../host.js';
import { loadImage } from '../image.js';
import { Kernel } from '../../kernel/kernel.js';
import { Machine } from '../../machine.js';
import { statTotals } from '../statReport.js';

/** All that a cell depends on beside the program's bytes. Plain data. */
export interface Job {
  readonly config: Config;
  readonly file: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly maxInstructions: number;
}

export interface Ran {
  /** Of the program; undefined: it did not end. */
  readonly status: number | undefined;
  /** Why it did not, or did not well. */
  readonly failure: string | undefined;
  /** Events and their counts, as `rt0 stat` has them, and the machine's time in seconds and cycles. */
  readonly counts: Readonly<Record<string, number>>;
  readonly output: string;
  readonly digest: string;
}

/** What the events are that a machine of `config` counts. */
export function eventsOf(config: Config): string[] {
  const machine = new Machine({ ...config, memoryBytes: 2 ** 20 }, new MemoryHost(), (parts) => new Kernel(parts));
  return ['seconds', 'elapsed-cycles', ...statTotals(machine).keys()];
}

/** Cycles between two looks at the instruction count. */
const lookCycles = 1e6;

/** Runs a cell. What is wrong with the program or its run is the result's `failure`. */
export async function runCell(job: Job): Promise<Ran> {
  const { config, maxInstructions: most } = job;
  const host = new MemoryHost();
  const machine = new Machine(config, host, (parts) => new Kernel(parts));
  machine.host.keeping = false;
  machine.load(await loadImage(job.file, config.arch), job.argv, job.env, job.argv[0]);
  let outcome = machine.run(machine.cycles + lookCycles);
  while (outcome === 'limit' && machine.instructions < most) outcome = machine.run(machine.cycles + lookCycles);
  const failure = outcome === 'exit'
    ? machine.exitStatus === 0 ? undefined : `exit status ${machine.exitStatus}: ${lastLine(host.text(2))}`
    : outcome === 'stop' ? machine.stopMessage : outcome === 'wait' ? 'it waits for input' : `not over after ${machine.instructions} instructions`;
  const counts = { seconds: machine.cycles / config.clockHz, 'elapsed-cycles': machine.cycles, ...Object.fromEntries(statTotals(machine)) };
  return { status: machine.exitStatus, failure, counts, output: host.text(1), digest: machine.digest() };
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) || 'nothing on standard error';

/** In a worker process: runs the job that the parent sends, sends back what became of it, and ends. */
export function worker(): Promise<number> {
  return new Promise((resolve) => {
    process.once('message', (job: Job) => {
      runCell(job).catch((e: unknown): Ran => ({ status: undefined, failure: e instanceof Error ? e.message : String(e), counts: {}, output: '', digest: '' })).then((ran) => {
        process.send!(ran, () => {
          process.disconnect();
          resolve(0);
        });
      }, () => resolve(1));
    });
  });
}
