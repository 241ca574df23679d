/**
 * Machines by name, for `--machine NAME` and `rt0 machines`: a core with the memory that goes with it, as descriptions in machine/uarch and
 * machine/memory say, and with as many cores and the clock that their sources have.
 */
import type { Config } from './config.js';
import { memoryOf, type MemoryName } from './memory/description.js';

export interface Preset {
  readonly name: string;
  readonly summary: string;
  readonly settings: Partial<Config>;
}

const preset = (name: string, summary: string, caches: MemoryName, settings: Partial<Config>): Preset => ({ name, summary, settings: { ...settings, caches: memoryOf(caches)! } });

export const presets: readonly Preset[] = [
  preset('skylake', 'a client: Core i7-6700K, 4 cores at 4 GHz', 'skylake', { arch: 'amd64', cpu: 'v2', uarch: 'skylake', timing: 'interval', cores: 4, clockHz: 4e9 }),
  preset('skylake-sp', 'a server with caches that do not include each other: 16 cores at 2.7 GHz', 'skylake_sp', {
    arch: 'amd64', cpu: 'v2', uarch: 'skylake', timing: 'interval', cores: 16, clockHz: 2.7e9,
  }),
  preset('neoverse-n1', 'an arm64 server: Graviton2, 16 of its cores at 2.5 GHz', 'neoverse_n1', { arch: 'arm64', cpu: 'v8', uarch: 'neoverse_n1', timing: 'interval', cores: 16, clockHz: 2.5e9 }),
  preset('teaching', 'costs that add up, and caches so small that a few lines fill them: 2 cores at 1 GHz', 'unit', {
    arch: 'amd64', cpu: 'v2', uarch: 'unit', timing: 'unit', cores: 2, clockHz: 1e9,
  }),
];

export const presetOf = (name: string): Preset | undefined => presets.find((p) => p.name === name);
