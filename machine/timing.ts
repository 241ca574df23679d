/** From a machine's description to what its blocks cost: prices and figures of a microarchitecture, or none. */
import { ticksPerCycle, type Config } from './config.js';
import { quarterTicks, type CoreTiming } from './core/timing.js';
import { adding, counting, interval, type Pricing } from './exec/pricing.js';
import { uarchOf } from './uarch/lookup.js';
import type { Uarch } from './uarch/uarch.js';

/** What of a config decides about time inside a core. */
export type TimingConfig = Pick<Config, 'arch' | 'timing' | 'uarch' | 'counterBits' | 'historyBits'>;

export function pricingOf(config: TimingConfig): Pricing {
  if (config.timing === 'none') return counting;
  const uarch = uarchOf(config.uarch);
  if (!uarch) throw new Error(`no microarchitecture ${config.uarch}`);
  return config.timing === 'unit' ? adding(config.arch, uarch) : interval(config.arch, uarch, coreTiming(uarch, config));
}

/** Lanes are bytes of quarter cycles, and half of that must be left for what a block adds. */
const mostWindowTicks = 128 * quarterTicks;

function coreTiming({ figures }: Uarch, { counterBits, historyBits }: TimingConfig): CoreTiming {
  return { counterBits, historyBits, refillTicks: figures.mispredictTicks, windowTicks: Math.min(mostWindowTicks, Math.floor((figures.rob * ticksPerCycle) / figures.width)) };
}
