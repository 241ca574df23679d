/** Machines whose latencies tests measure. */
import * as assert from 'uvu/assert';
import type { Measured } from '../../machine/command/latency/measures.js';
import { makeConfig } from '../../machine/config.js';
import { presetOf } from '../../machine/presets.js';

/** The machine called `name`. */
export function measured(name: string): Measured {
  const config = makeConfig(presetOf(name)!.settings);
  return { ...config, caches: config.caches! };
}

export function within(here: number, wanted: number, by: number): void {
  assert.ok(Math.abs(here - wanted) <= by, `${here} is not within ${by} of ${wanted}`);
}
