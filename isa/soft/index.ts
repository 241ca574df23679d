/** Every helper that IR may call, by name. A name found twice is an error at start. */
import { packedHelpers } from './packed.js';
import { sseHelpers } from './sse.js';
import type { Helper } from './state.js';
import { stringHelpers } from './string.js';
import { systemHelpers } from './system.js';

export type { Helper, HelperState } from './state.js';
export { GuestFault } from './state.js';

const families: readonly Readonly<Record<string, Helper>>[] = [packedHelpers, sseHelpers, stringHelpers, systemHelpers];

export const helpers: Readonly<Record<string, Helper>> = (() => {
  const all: Record<string, Helper> = {};
  for (const family of families) {
    for (const [name, fn] of Object.entries(family)) {
      if (all[name]) throw new Error(`two helpers named ${name}`);
      all[name] = fn;
    }
  }
  return all;
})();
