/** The Abi of each instruction set: the one place where the kernel model chooses by it. */
import type { Arch } from '../config.js';
import type { Abi } from './abi.js';
import { amd64 } from './abiAmd64.js';
import { arm64 } from './abiArm64.js';

export const abis: Readonly<Record<Arch, Abi>> = { amd64, arm64 };
