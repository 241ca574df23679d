/**
 * States of a line in a core. From E up the core may write without asking; M and O are newer than what L3 and DRAM have.
 * F (MESIF) is the S that answers for all, O (MOESI) an M that others have copies of.
 */
export const enum LineState { I, S, F, O, E, M }

export const stateNames = 'ISFOEM';

export const isDirty = (state: LineState): boolean => state === LineState.M || state === LineState.O;
