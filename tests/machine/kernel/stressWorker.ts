/** Does a share of stress.soak.ts in a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { goCompilers } from '../../helpers/toolchain.js';
import { addFigures, noFigures, preempted, programFor, urgent, urgentPrograms, type Figures } from './stress.js';

/** Every `step`-th of the seeds up to `last`, or of the programs, from `first` on. */
interface Part {
  readonly first: number;
  readonly step: number;
}

export type Share = Part & ({ readonly kind: 'preempted'; readonly compiler: number; readonly cycles: number; readonly last: number } | { readonly kind: 'urgent'; readonly every: number; readonly most: number });

function figuresOf(share: Share): Figures {
  const figures = noFigures();
  if (share.kind === 'preempted') {
    for (let seed = share.first; seed <= share.last; seed += share.step) addFigures(figures, preempted(programFor(seed), goCompilers[share.compiler]!, share.cycles, seed));
    return figures;
  }
  const programs = urgentPrograms();
  for (let i = share.first; i < programs.length; i += share.step) {
    for (const grain of ['block', 'insn'] as const) {
      const p = programs[i]!;
      const { run, wrong } = urgent(p, share.every, share.most, { grain });
      figures.runs++;
      figures.signals += run.handlers;
      figures.failures.push(...wrong.map((why) => `${p.label}, ${grain}: ${why}`));
    }
  }
  return figures;
}

parentPort!.postMessage(figuresOf(workerData as Share));
