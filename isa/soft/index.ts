/** Every helper that IR may call, by name. A name found twice is an error at start. */
import { a64Helpers } from './a64.js';
import { a64CryptoHelpers } from './a64crypto.js';
import { a64vHelpers } from './a64v.js';
import { fxsaveHelpers } from './fxsave.js';
import { packedHelpers } from './packed.js';
import { sseHelpers } from './sse.js';
import { x87Helpers } from './x87.js';
import type { Helper } from './state.js';
import { stringHelpers } from './string.js';
import { systemHelpers } from './system.js';

export type { Helper, HelperState } from './state.js';
export { GuestFault } from './state.js';

const families: readonly Readonly<Record<string, Helper>>[] = [a64Helpers, a64vHelpers, a64CryptoHelpers, fxsaveHelpers, packedHelpers, sseHelpers, stringHelpers, systemHelpers, x87Helpers];

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
