/** Where the fields of the runtime's g and m stand that unwinding reads: as the image's types say, and in stripped images as the version of Go has them. */

export interface RuntimeLayout {
  readonly g: { readonly m: number; readonly sp: number; readonly pc: number; readonly lr: number; readonly syscallsp: number; readonly syscallpc: number };
  readonly m: { readonly g0: number; readonly gsignal: number; readonly curg: number };
  /** Fields of m that say where Go's code called the vDSO from; undefined where the image does not tell. */
  readonly vdso: { readonly sp: number; readonly pc: number } | undefined;
}

/** `offset` answers for a field of a struct, as ('runtime.g', 'sched.pc'). */
export function runtimeLayout(offset: (struct: string, field: string) => number | undefined, minor: number | undefined): RuntimeLayout {
  // A gobuf lost one of its words in Go 1.25.
  const gone = (minor ?? 26) < 25 ? 0 : 8;
  const g = (field: string, usual: number): number => offset('runtime.g', field) ?? usual;
  const m = (field: string, usual: number): number => offset('runtime.m', field) ?? usual;
  const [sp, pc] = [offset('runtime.m', 'vdsoSP'), offset('runtime.m', 'vdsoPC')];
  return {
    g: {
      m: g('m', 48), sp: g('sched.sp', 56), pc: g('sched.pc', 64), lr: g('sched.lr', 96 - gone),
      syscallsp: g('syscallsp', 112 - gone), syscallpc: g('syscallpc', 120 - gone),
    },
    m: { g0: m('g0', 0), gsignal: m('gsignal', 80 - gone), curg: m('curg', 192 - gone) },
    vdso: sp === undefined || pc === undefined ? undefined : { sp, pc },
  };
}
