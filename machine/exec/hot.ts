/** The kinds that are arms of the main function. */
import { decode, isFault } from '../../isa/x86/decode.js';
import type { Insn } from '../../isa/row.js';
import type { Kind, Kinds } from './kind.js';

/** One kind a line: an instruction's bytes (or two, for a pair); `dead` when flags are left out. */
const list = `
48 89 e5 ; 7.48 MOV r/m64, r64 rr
48 83 c1 01 dead ; 7.41 ADD r/m64, imm8 ri dead
44 89 c0 ; 5.99 MOV r/m32, r32 rr
f2 0f 59 da ; 3.70 MULSD xmm1, xmm2/m64 rr
48 c1 ea 07 dead ; 2.96 SHR r/m64, imm8 ri dead
66 41 0f 28 d1 ; 2.78 MOVAPD xmm1, xmm2/m128 rr
f2 0f 58 de ; 2.53 ADDSD xmm1, xmm2/m64 rr
4c 31 c0 dead ; 2.42 XOR r/m64, r64 rr dead
41 8b 14 82 ; 2.02 MOV r32, r/m32 rx
f2 44 0f 10 0a ; 1.91 MOVSD xmm1, m64 rm
48 83 f8 01 75 ef ; 1.86 CMP r/m64, imm8 ri; JNE rel8 l
eb 12 ; 1.83 JMP rel8 l
48 8d 44 40 01 ; 1.80 LEA r64, m rx
48 01 f1 dead ; 1.78 ADD r/m64, r64 rr dead
31 c9 ; 1.74 XOR r/m32, r32 rr
0f b6 14 17 ; 1.74 MOVZX r32, r/m8 rx
48 39 f0 75 f3 ; 1.67 CMP r/m64, r64 rr; JNE rel8 l
44 0f b6 2f ; 1.65 MOVZX r32, r/m8 rm
a8 01 75 ed ; 1.59 TEST AL, imm8 ri; JNE rel8 l
83 c7 01 dead ; 1.47 ADD r/m32, imm8 ri dead
48 83 c0 01 ; 1.46 ADD r/m64, imm8 ri
48 c1 e0 0d dead ; 1.42 SHL r/m64, imm8 ri dead
8d 48 01 ; 1.40 LEA r32, m rm
83 ef 01 75 9a ; 1.35 SUB r/m32, imm8 ri; JNE rel8 l
48 01 d7 ; 1.18 ADD r/m64, r64 rr
f2 44 0f 11 52 18 ; 1.15 MOVSD xmm1/m64, xmm2 mr
48 3d 00 00 01 00 75 f0 ; 1.04 CMP RAX, imm32 ri; JNE rel8 l
85 d2 74 2c ; 1.03 TEST r/m32, r32 rr; JE rel8 l
25 ff ff ff 00 dead ; 1.00 AND EAX, imm32 ri dead
c1 ef 04 dead ; 1.00 SHR r/m32, imm8 ri dead
4c 39 c9 75 be ; 0.93 CMP r/m64, r64 rr; JNE rel32 l
40 38 c6 74 e5 ; 0.90 CMP r/m8, r8 rr; JE rel8 l
39 d7 75 e4 ; 0.89 CMP r/m32, r32 rr; JNE rel8 l
80 fa 07 77 70 ; 0.88 CMP r/m8, imm8 ri; JA rel8 l
f2 41 0f 59 09 ; 0.84 MULSD xmm1, xmm2/m64 rm
48 63 14 96 ; 0.83 MOVSXD r64, r/m32 rx
ff e2 ; 0.83 JMP r/m64 r
f2 45 0f 5c d3 ; 0.80 SUBSD xmm1, xmm2/m64 rr
c3 ; 0.78 RET
83 fa 07 74 0e ; 0.75 CMP r/m32, imm8 ri; JE rel8 l
48 01 0c c2 dead ; 0.72 ADD r/m64, r64 xr dead
31 f6 dead ; 0.69 XOR r/m32, r32 rr dead
f2 0f 58 50 18 ; 0.68 ADDSD xmm1, xmm2/m64 rm
83 e7 0f ; 0.66 AND r/m32, imm8 ri
48 83 f8 01 74 11 ; 0.64 CMP r/m64, imm8 ri; JE rel8 l
84 d2 74 39 ; 0.62 TEST r/m8, r8 rr; JE rel8 l
49 8b 04 d4 ; 0.61 MOV r64, r/m64 rx
4c 8d a6 02 e0 ff ff ; 0.60 LEA r64, m rm
01 fa ; 0.59 ADD r/m32, r32 rr
ff d0 ; 0.59 CALL r/m64 r
41 89 04 82 ; 0.56 MOV r/m32, r32 xr
48 0f af c7 dead ; 0.56 IMUL r64, r/m64 rr dead
48 83 ec 30 ; 0.53 SUB r/m64, imm8 ri
43 88 34 33 ; 0.53 MOV r/m8, r8 xr
48 8b 7c 24 08 ; 0.50 MOV r64, r/m64 rm
e9 32 ff ff ff ; 0.49 JMP rel32 l
f2 0f 5c 50 38 ; 0.45 SUBSD xmm1, xmm2/m64 rm
41 83 f8 1e 75 c0 ; 0.44 CMP r/m32, imm8 ri; JNE rel8 l
85 d2 75 f2 ; 0.42 TEST r/m32, r32 rr; JNE rel8 l
81 c1 5f f3 6e 3c ; 0.42 ADD r/m32, imm32 ri
48 29 f0 ; 0.38 SUB r/m64, r64 rr
48 03 30 dead ; 0.36 ADD r64, r/m64 rm dead
48 2b 70 f8 dead ; 0.36 SUB r64, r/m64 rm dead
43 c6 04 0b 01 ; 0.36 MOV r/m8, imm8 xi
83 ff 05 0f 84 1b 01 00 00 ; 0.36 CMP r/m32, imm8 ri; JE rel32 l
66 41 0f 2f f0 77 bb ; 0.35 COMISD xmm1, xmm2/m64 rr; JA rel8 l
84 c0 75 1f ; 0.35 TEST r/m8, r8 rr; JNE rel8 l
44 8b 06 ; 0.35 MOV r32, r/m32 rm
48 83 fb 01 77 ea ; 0.35 CMP r/m64, imm8 ri; JA rel8 l
89 56 04 ; 0.34 MOV r/m32, r32 mr
f7 f3 ; 0.34 DIV r/m32 r
48 31 f0 ; 0.32 XOR r/m64, r64 rr
55 ; 0.32 PUSH r64 r
5b ; 0.32 POP r64 r
81 fa ff 1f 00 00 76 ee ; 0.31 CMP r/m32, imm32 ri; JBE rel8 l
69 c9 0d 66 19 00 dead ; 0.29 IMUL r32, r/m32, imm32 rri dead
41 81 e9 4f 86 c8 61 ; 0.27 SUB r/m32, imm8 ri
41 83 c0 01 dead ; 0.27 ADD r/m32, imm32 ri dead
4c 29 f0 dead ; 0.26 SUB r/m64, r64 rr dead
81 e2 ff ff 00 00 ; 0.25 AND EAX, imm32 ri
48 83 e8 01 dead ; 0.23 SUB r/m64, imm8 ri dead
48 0f be 02 ; 0.23 MOVSX r64, r/m8 rm
88 10 ; 0.23 MOV r/m8, r8 mr
48 f7 e3 dead ; 0.23 MUL r/m64 r dead
83 fe 05 0f 85 0f ff ff ff ; 0.23 CMP r/m32, imm8 ri; JNE rel32 l
39 d7 74 28 ; 0.22 CMP r/m32, r32 rr; JE rel8 l
41 29 f6 dead ; 0.22 SUB r/m32, r32 rr dead
48 8d 35 04 3f 00 00 ; 0.21 LEA r64, m ra
39 f0 7d 1b ; 0.20 CMP r/m32, r32 rr; JGE rel8 l
48 89 7c 24 08 ; 0.20 MOV r/m64, r64 mr
38 d1 73 14 ; 0.20 CMP r/m8, r8 rr; JAE rel8 l
e8 09 fe ff ff ; 0.19 CALL rel32 l
c6 40 ff 00 ; 0.18 MOV r/m8, imm8 mi
41 80 3c 24 00 ; 0.18 CMP r/m8, imm8 mi
48 83 d1 00 dead ; 0.18 ADC r/m64, imm8 ri dead
41 80 3c 03 61 75 f0 ; 0.17 CMP r/m8, imm8 xi; JNE rel8 l
f2 0f 5e f3 ; 0.17 DIVSD xmm1, xmm2/m64 rr
83 04 8f 01 dead ; 0.16 ADD r/m32, imm8 xi dead
48 69 c0 4f ec c4 4e dead ; 0.16 IMUL r64, r/m64, imm32 rri dead
48 39 c1 74 20 ; 0.16 CMP r/m64, r64 rr; JE rel8 l
f2 0f 51 f3 ; 0.15 SQRTSD xmm1, xmm2/m64 rr
48 0f af fe ; 0.15 IMUL r64, r/m64 rr
41 80 3a 00 75 e6 ; 0.14 CMP r/m8, imm8 mi; JNE rel8 l
4c 39 cb 0f 8f ba 00 00 00 ; 0.11 CMP r/m64, r64 rr; JG rel32 l
4c 39 cb 7e 33 ; 0.09 CMP r/m64, r64 rr; JLE rel32 l
42 8d 34 f5 00 00 00 00 ; 0.08 LEA r32, m rx
4c 21 c8 ; 0.06 AND r/m64, r64 rr
48 d1 c7 ; 0.06 ROL r/m64, 1 ri
49 83 ea 01 75 07 ; 0.06 SUB r/m64, imm8 ri; JNE rel8 l
66 0f ef e4 ; 0.05 PXOR xmm1, xmm2/m128 rr
83 eb 01 dead ; 0.05 SUB r/m32, imm8 ri dead
c1 e8 08 ; 0.05 SHR r/m32, imm8 ri
bf 60 ea 00 00 ; 0.05 MOV r32, imm32 ri
74 10 ; 0.03 JE rel8 l
81 fa ff 1f 00 00 77 24 ; 0.03 CMP r/m32, imm32 ri; JA rel8 l
44 0f b6 f1 ; 0.03 MOVZX r32, r/m8 rr
45 69 ed 6d 4e c6 41 ; 0.03 IMUL r32, r/m32, imm32 rri
41 01 f6 dead ; 0.03 ADD r/m32, r32 rr dead
48 89 34 c7 ; 0.03 MOV r/m64, r64 xr
48 83 fe 01 0f 8e 2a 01 00 00 ; 0.02 CMP r/m64, imm8 ri; JLE rel32 l
48 d1 f8 ; 0.02 SAR r/m64, 1 ri
48 83 fd 01 0f 8f 10 ff ff ff ; 0.02 CMP r/m64, imm8 ri; JG rel32 l
f2 0f 2a e1 ; 0.02 CVTSI2SD xmm1, r/m32 rr
39 f0 7c e5 ; 0.02 CMP r/m32, r32 rr; JL rel8 l
f2 0f 5c 25 1d 0e 00 00 ; 0.02 SUBSD xmm1, xmm2/m64 ra
41 83 e8 01 0f 85 81 fe ff ff ; 0.02 SUB r/m32, imm8 ri; JNE rel32 l
48 98 ; 0.01 CDQE
f2 0f 11 0c c6 ; 0.01 MOVSD xmm1/m64, xmm2 xr
41 29 c1 ; 0.00 SUB r/m32, r32 rr
48 83 f8 30 75 d1 ; 0.00 CMP r/m64, imm8 ri; JNE rel32 l
0f af d7 dead ; 0.00 IMUL r32, r/m32 rr dead
44 39 cf 73 0b ; 0.00 CMP r/m32, r32 rr; JAE rel8 l
f2 0f 59 05 77 0d 00 00 ; 0.00 MULSD xmm1, xmm2/m64 ra
f2 48 0f 2c 08 ; 0.00 CVTTSD2SI r64, xmm1/m64 rm
0f 05 ; 0.00 SYSCALL
f2 0f 10 2d a6 0f 00 00 ; 0.00 MOVSD xmm1, m64 ra
83 6c 24 18 01 0f 85 58 fd ff ff ; 0.00 SUB r/m32, imm8 mi; JNE rel8 l
f2 48 0f 2c c1 ; 0.00 CVTTSD2SI r64, xmm1/m64 rr
48 83 e4 f0 ; 0.00 AND r/m64, imm8 ri
48 83 e4 f0 dead ; 0.00 AND r/m64, imm8 ri dead
48 bf 15 7c 4a 7f b9 79 37 9e ; 0.00 MOV r64, imm64 rI
8b 05 d5 3c 04 00 ; 0.00 MOV r32, r/m32 ra
4c 8b 05 97 1f 00 00 ; 0.00 MOV r64, r/m64 ra
4c 89 05 f5 1d 00 00 ; 0.00 MOV r/m64, r64 ar
48 69 f6 25 49 92 24 ; 0.00 IMUL r64, r/m64, imm32 rri
48 c1 ee 20 ; 0.00 SHR r/m64, imm8 ri
`;

export function hotKinds(kinds: Kinds): Kind[] {
  const found = new Set<Kind>();
  for (const line of list.split('\n')) {
    const [code, dead] = line.replace(/;.*/, '').trim().split(/\s+(?=dead)/);
    if (!code) continue;
    const insns = decodeAll(code);
    if (insns.length === 2) found.add(kinds.fuse(insns[0]!, insns[1]!));
    else if (insns.length === 1) found.add((dead ? kinds.dead(kinds.form(insns[0]!), insns[0]!) : kinds.form(insns[0]!)).kind);
  }
  return [...found];
}

function decodeAll(code: string): Insn[] {
  const bytes = Uint8Array.from(code.split(' '), (b) => parseInt(b, 16));
  const insns: Insn[] = [];
  for (let at = 0; at < bytes.length; ) {
    const d = decode(bytes, at, at);
    if (isFault(d)) throw new Error(`hot kind ${code}: ${d}`);
    insns.push(d);
    at += d.length;
  }
  return insns;
}
