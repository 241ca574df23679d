/** Linear memory: all of it is the machine's, and areas come from there. Nothing is ever given back. */
import { Element } from '../numbers';

/** Zeroed bytes for good, at an address that 64 divides. `element`: whether they are part of the saved state, which keeps the order of calls. */
@external('env', 'reserve')
declare function reserve(bytes: i32, element: i32): usize;

@inline
export function i32s(count: i32): usize {
  return reserve(4 * count, Element.I32);
}
@inline
export function u8s(count: i32): usize {
  return reserve(count, Element.U8);
}
@inline
export function f64s(count: i32): usize {
  return reserve(8 * count, Element.F64);
}
/** What is no part of the state. */
@inline
export function scratch(bytes: i32): usize {
  return reserve(bytes, Element.None);
}
@inline
export function i32At(base: usize, index: i32): i32 {
  return load<i32>(base + (<usize>index << 2));
}
@inline
export function setI32(base: usize, index: i32, value: i32): void {
  store<i32>(base + (<usize>index << 2), value);
}
@inline
export function f64At(base: usize, index: i32): f64 {
  return load<f64>(base + (<usize>index << 3));
}
@inline
export function setF64(base: usize, index: i32, value: f64): void {
  store<f64>(base + (<usize>index << 3), value);
}
@inline
export function u8At(base: usize, index: i32): i32 {
  return load<u8>(base + <usize>index);
}
@inline
export function setU8(base: usize, index: i32, value: i32): void {
  store<u8>(base + <usize>index, value);
}

/** log2 of the least power of two that is not less. */
export function bitsFor(count: i32): i32 {
  return count <= 1 ? 0 : 32 - clz(count - 1);
}
