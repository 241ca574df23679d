/** What the bundle holds: the command, and for the build's trial run and the tests what they need. */
export { rt0 } from '../machine/command/rt0.js';
export const model = (): Promise<typeof import('../machine/command/model.js')> => import('../machine/command/model.js');
export const hosts = (): Promise<typeof import('../machine/host.js')> => import('../machine/host.js');
export const memoryModel = (): Promise<typeof import('../machine/memory/model.js')> => import('../machine/memory/model.js');
