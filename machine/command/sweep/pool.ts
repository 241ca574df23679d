/** Cells in worker processes: as many at a time as asked for, each in a process of its own, so that none can take another with it. */
import { fork, type ChildProcess } from 'node:child_process';
import { workerWord } from '../sweep.js';
import type { Cell } from './grid.js';
import type { Ran } from './cell.js';

export class Pool {
  private readonly running = new Set<ChildProcess>();
  private stopped = false;

  constructor(private readonly program: string, private readonly jobs: number) {}

  /** Runs the cells in their order; `done` is told of each as it ends. After `stop` no further one begins. */
  async run(cells: readonly Cell[], done: (cell: Cell, ran: Ran) => void): Promise<void> {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < cells.length && !this.stopped) {
        const cell = cells[next++]!;
        const ran = await this.one(cell);
        if (!this.stopped) done(cell, ran);
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.jobs, cells.length) }, lane));
  }

  /** Ends what runs; its cells have no result. */
  stop(): void {
    this.stopped = true;
    for (const child of this.running) child.kill('SIGKILL');
  }

  private one(cell: Cell): Promise<Ran> {
    return new Promise((resolve) => {
      const child = fork(this.program, [workerWord], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
      this.running.add(child);
      let ran: Ran | undefined;
      let complaint = '';
      child.stderr!.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
      child.on('message', (message) => (ran = message as Ran));
      child.on('error', (e) => (complaint ||= e.message));
      child.on('close', (status, signal) => {
        this.running.delete(child);
        const why = complaint.trimEnd().split('\n').find((line) => /Error|FATAL/.test(line)) ?? '';
        resolve(ran ?? { status: undefined, failure: `its process ended with ${signal ?? `status ${status}`}${why === '' ? '' : `: ${why}`}`, counts: {}, output: '', digest: '' });
      });
      child.send(cell.job);
    });
  }
}
