/** `stat`: what the machine has counted since the stop before. */
import type { Machine } from '../../machine.js';
import { statEvents } from '../statEvents.js';
import type { Counts, DebugCommand } from './debugger.js';

export const countsOf = (machine: Machine): Counts => statEvents.map(({ counted }) => {
  let sum: number | undefined;
  for (let core = 0; core < machine.config.cores; core++) {
    const own = counted(machine, core);
    if (own !== undefined) sum = (sum ?? 0) + own;
  }
  return sum;
});

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
