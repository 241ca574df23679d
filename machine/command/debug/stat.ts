/** `stat`: what the machine has counted since the stop before. */
import type { Machine } from '../../machine.js';
import { statEvents } from '../statEvents.js';
import { total } from '../statReport.js';
import type { Counts, DebugCommand } from './debugger.js';

export function countsOf(machine: Machine): Counts {
  const cores = Array.from({ length: machine.config.cores }, (_, core) => core);
  return statEvents.map((event) => total(machine, event, cores));
}

export const counting: readonly DebugCommand[] = [
  {
    names: ['stat'], args: '[all]', help: 'what the machine counted between the last two stops, as rt0 stat names it; all: since the run began',
    run(d, args) {
      const { last, before } = d.counts;
      const rows = statEvents.flatMap(({ name }, i) => {
        const n = (last[i] ?? 0) - (args === 'all' ? 0 : (before[i] ?? 0));
        return last[i] === undefined || n === 0 ? [] : [`${n.toLocaleString('en-US', { maximumFractionDigits: 3 }).padStart(16)}  ${name}\n`];
      });
      d.out(rows.join('') || 'nothing\n');
    },
  },
];
