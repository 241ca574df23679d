/** What `rt0 run` loads once it has a program to boot. */
export { ftraceText } from '../debug/ftrace.js';
export { SchedEvents } from '../debug/schedEvents.js';
export { schedReports } from '../debug/schedReports.js';
export { traceDat } from '../debug/traceDat.js';
export { Symbols } from '../debug/symbols.js';
export { hashOf } from '../hash.js';
export { MemoryHost } from '../host.js';
export { Kernel } from '../kernel/kernel.js';
export { Strace } from '../kernel/strace.js';
export { Machine } from '../machine.js';
export { loadImage } from './image.js';
