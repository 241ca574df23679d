/** From a machine's description to what its blocks cost: prices and figures of a microarchitecture, or none. */
import { ticksPerCycle, type Config } from './config.js';
import type { CacheOptions } from './exec/caches.js';
import { quarterTicks, type CoreTiming } from './core/timing.js';
import { adding, counting, interval, window, type Pricing } from './exec/pricing.js';
import type { Profile } from './exec/profile.js';
import { tallied } from './exec/tally.js';
import { uarchOf } from './uarch/lookup.js';
import type { Uarch } from './uarch/uarch.js';

/** What of a config decides about time inside a core. */
export type TimingConfig = Pick<Config, 'arch' | 'timing' | 'uarch' | 'predictor' | 'counterBits' | 'historyBits' | 'caches'>;

/** `tallies`: blocks count for reports as well; a profile: by instruction. */
export function pricingOf(config: TimingConfig, tallies: boolean | Profile = false): Pricing {
  const pricing = plainPricing(config);
  return tallies ? tallied(pricing, config.timing === 'interval' ? uarchOf(config.uarch) : undefined, tallies === true ? undefined : tallies) : pricing;
}

function plainPricing(config: TimingConfig): Pricing {
  if (config.timing === 'none') return counting;
  const uarch = uarchOf(config.uarch);
  if (!uarch) throw new Error(`no microarchitecture ${config.uarch}`);
  if (config.timing === 'unit') return adding(config.arch, uarch);
  const core = coreTiming(uarch, config);
  return config.timing === 'window' ? window(uarch, core) : interval(config.arch, uarch, core);
}

/** Lanes are bytes of quarter cycles. Ways longer than what is left above the window take a slower step (exec/longWays.ts): three loads in a row, the 15 cycles of which are common, do not. */
const mostWindowTicks = 192 * quarterTicks;

function coreTiming({ figures }: Uarch, { predictor, counterBits, historyBits, caches }: TimingConfig): CoreTiming {
  return { predictor, counterBits, historyBits, caches: caches !== null, refillTicks: figures.mispredictTicks, windowTicks: Math.min(mostWindowTicks, Math.floor((figures.rob * ticksPerCycle) / figures.width)) };
}

/** What the engine must know of caches; undefined where memory is flat. */
export function cachesOf(config: TimingConfig & Pick<Config, 'seed'>): CacheOptions | undefined {
  const { caches: description, seed } = config;
  const uarch = uarchOf(config.uarch);
  if (description === null || !uarch) return undefined;
  const { figures } = uarch;
  return {
    description,
    seed,
    misses: {
      windowTicks: Math.min(mostWindowTicks, Math.floor((figures.rob * ticksPerCycle) / figures.width)),
      reorderBuffer: figures.rob,
      issueTicks: Math.ceil(ticksPerCycle / figures.width),
      loadTicks: description.l1d.cycles * ticksPerCycle,
      fillBuffers: description.fillBuffers,
      storeBuffer: description.storeBuffer,
      upgradeTicks: description.transfer.upgrade * ticksPerCycle,
      ordered: config.arch === 'amd64',
      restartTicks: figures.mispredictTicks,
      interval: config.timing === 'interval',
    },
  };
}
