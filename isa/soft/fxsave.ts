/**
 * The 512-byte image of x87, SSE and MXCSR: FXSAVE and FXRSTOR, and signal frames. SDM 1, 10.5.1.
 *
 * Instruction and data pointers are stored as the context holds them (the model leaves them zero). Bytes 416 to
 * 511 are not written: the manual leaves them to software.
 */
import { slots } from '../x86/regs.js';
import { writeMxcsr } from './sse.js';
import type { Helper, HelperState } from './state.js';
import { loadControl } from './x87.js';

/** Bytes that FXSAVE writes. */
export const fxsaveBytes = 416;
const mxcsrMask = 0xffffn;

const ones = (bytes: number): bigint => (1n << BigInt(8 * bytes)) - 1n;
const topOf = (st: HelperState): number => Number((st.get(slots.fsw, 32) >> 11n) & 7n);
const registerSlot = (top: number, i: number): number => slots.st + 16 * ((top + i) & 7);

/** The image as one number, byte 0 lowest. */
export function fxsaveImage(st: HelperState): bigint {
  let image = 0n;
  const put = (offset: number, bytes: number, v: bigint): void => { image |= (v & ones(bytes)) << BigInt(8 * offset); };
  put(0, 2, st.get(slots.fcw, 32));
  put(2, 2, st.get(slots.fsw, 32));
  put(4, 1, st.get(slots.ftw, 32));
  put(6, 2, st.get(slots.fop, 32));
  put(8, 8, st.get(slots.fip, 64));
  put(16, 8, st.get(slots.fdp, 64));
  put(24, 4, st.get(slots.mxcsr, 32));
  put(28, 4, mxcsrMask);
  for (let i = 0; i < 8; i++) {
    const slot = registerSlot(topOf(st), i); // ST(i), not physical order
    put(32 + 16 * i, 10, st.get(slot, 64) | (st.get(slot + 8, 16) << 64n));
  }
  for (let i = 0; i < 16; i++) put(160 + 16 * i, 16, st.get(slots.xmm + 16 * i, 128));
  return image;
}

/** Takes the state from an image; MXCSR and the control word are checked as LDMXCSR and FLDCW do. */
export function loadFxsaveImage(st: HelperState, image: bigint): void {
  const field = (offset: number, bytes: number): bigint => (image >> BigInt(8 * offset)) & ones(bytes);
  writeMxcsr(st, field(24, 4));
  loadControl(st, field(0, 2));
  st.put(slots.fsw, 32, field(2, 2));
  st.put(slots.ftw, 32, field(4, 1));
  st.put(slots.fop, 32, field(6, 2) & 0x7ffn);
  st.put(slots.fip, 64, field(8, 8));
  st.put(slots.fdp, 64, field(16, 8));
  for (let i = 0; i < 8; i++) {
    const slot = registerSlot(topOf(st), i);
    st.put(slot, 64, field(32 + 16 * i, 8));
    st.put(slot + 8, 16, field(40 + 16 * i, 2));
  }
  for (let i = 0; i < 16; i++) st.put(slots.xmm + 16 * i, 128, field(160 + 16 * i, 16));
}

const fxsave: Helper = (st, at) => st.store(at!, fxsaveBytes, fxsaveImage(st));
const fxrstor: Helper = (st, at) => loadFxsaveImage(st, st.load(at!, 512));

export const fxsaveHelpers: Readonly<Record<string, Helper>> = { fxsave, fxrstor };
