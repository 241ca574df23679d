/** What a hierarchy counts, per core: `Count` has the index of each counter. Loads, stores and fetches by who answered (`Level`), misses of L1 by their cause (`Miss`). */
import { Count, Level, LineState, Miss } from './numbers.js';

export { Count, Level, LineState, Miss };

/** Another core had the line, or shared it. */
export const isShared = (level: Level): boolean => level === Level.Clean || level === Level.Dirty || level === Level.Upgrade;

export const isDirty = (state: LineState): boolean => state === LineState.M || state === LineState.O;

/** States of lines as the books have them, by LineState. */
export const stateNames = 'ISFOEM';

export type CounterName = Exclude<keyof typeof Count, 'end'>;
/** In the order of their indexes. */
export const counterNames = Object.keys(Count).filter((name) => Number.isNaN(Number(name)) && name !== 'end') as CounterName[];
