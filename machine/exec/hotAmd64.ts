/** Kinds that amd64 programs execute; see hot.ts. Recorded by tests/bench/hot.ts. Data only. */
export const arms = `
48 89 f8 ; 7.09 MOV r/m64, r64 rr
48 8b 3c 24 ; 6.36 MOV r64, r/m64 rm
48 89 44 24 18 ; 4.27 MOV r/m64, r64 mr
8b 44 24 18 ; 3.48 MOV r32, r/m32 rm
89 de ; 2.49 MOV r/m32, r32 rr
e9 db c5 ff ff ; 2.42 JMP rel32 l
85 d2 74 21 ; 2.21 TEST r/m32, r32 rr; JE rel8 l
c3 ; 2.10 RET
48 83 c2 d0 dead ; 2.07 ADD r/m64, imm8 ri dead
48 8d 74 24 08 ; 2.01 LEA r64, m rm
90 ; 1.72 NOP
48 83 c7 08 ; 1.67 ADD r/m64, imm8 ri
e8 09 42 00 00 ; 1.64 CALL rel32 l
50 ; 1.50 PUSH r64 r
48 8d 04 d3 ; 1.48 LEA r64, m rx
58 ; 1.44 POP r64 r
49 c1 ea 03 dead ; 1.35 SHR r/m64, imm8 ri dead
48 85 c0 74 31 ; 1.26 TEST r/m64, r64 rr; JE rel8 l
48 8b 34 f3 ; 1.18 MOV r64, r/m64 rx
31 c0 ; 1.07 XOR r/m32, r32 rr
0f b6 5c 04 20 ; 1.02 MOVZX r32, r/m8 rx
b8 00 00 00 00 ; 0.99 MOV r32, imm32 ri
48 83 ec 28 ; 0.98 SUB r/m64, imm8 ri
0f 10 d0 ; 0.95 MOVUPS xmm1, xmm2/m128 rr
0f b6 5c 24 50 ; 0.93 MOVZX r32, r/m8 rm
48 83 fa 01 0f 85 e5 00 00 00 ; 0.93 CMP RAX, imm32 ri; JNE rel8 l
48 01 c6 ; 0.90 ADD r/m64, r64 rr
f2 0f 59 c2 ; 0.89 MULSD xmm1, xmm2/m64 rr
48 ff c0 dead ; 0.89 INC r/m64 r dead
88 8c 24 88 00 00 00 ; 0.84 MOV r/m8, r8 mr
ff ca 0f 85 1c fc ff ff ; 0.84 DEC r/m32 r; JNE rel8 l
31 c0 dead ; 0.83 XOR r/m32, r32 rr dead
f2 0f 58 dc ; 0.80 ADDSD xmm1, xmm2/m64 rr
48 8d 3d 41 18 12 00 ; 0.76 LEA r64, m ra
48 3d 23 01 00 00 74 05 ; 0.73 CMP RAX, imm32 ri; JE rel8 l
49 3b 66 10 0f 86 bc 03 00 00 ; 0.72 CMP r64, r/m64 rm; JBE rel8 l
85 c0 75 23 ; 0.62 TEST r/m32, r32 rr; JNE rel8 l
f3 0f 11 44 24 20 ; 0.61 MOVSS xmm2/m32, xmm1 mr
8d 50 01 ; 0.61 LEA r32, m rm
48 01 f2 dead ; 0.59 ADD r/m64, r64 rr dead
48 39 f2 0f 85 ad 00 00 00 ; 0.57 CMP r/m64, r64 rr; JNE rel8 l
49 ff c0 ; 0.55 INC r/m64 r
84 d2 0f 84 b6 02 00 00 ; 0.51 TEST r/m8, r8 rr; JE rel8 l
48 83 ec 28 dead ; 0.49 SUB r/m64, imm8 ri dead
48 c1 e9 3f ; 0.48 SHR r/m64, imm8 ri
83 e3 01 dead ; 0.48 AND r/m32, imm8 ri dead
41 f6 c5 40 0f 85 ae 00 00 00 ; 0.47 TEST r/m8, imm8 ri; JNE rel8 l
4a 89 54 ce 10 ; 0.47 MOV r/m64, r64 xr
74 2c ; 0.46 JE rel8 l
48 3d 00 00 01 00 0f 83 c6 00 00 00 ; 0.45 CMP RAX, imm32 ri; JAE rel8 l
83 e1 01 ; 0.44 AND r/m32, imm8 ri
4c 39 ca 73 6d ; 0.44 CMP r/m64, r64 rr; JAE rel8 l
f7 c2 06 00 00 00 74 a2 ; 0.43 TEST r/m32, imm32 ri; JE rel8 l
80 fa a1 75 0a ; 0.43 CMP r/m8, imm8 ri; JNE rel8 l
48 29 f2 ; 0.42 SUB r/m64, r64 rr
0f 1f 40 00 ; 0.42 NOP r/m32 m
44 0f 11 7c 24 2c ; 0.41 MOVUPS xmm2/m128, xmm1 mr
0f 1f 84 00 00 00 00 00 ; 0.41 NOP r/m32 x
d1 e9 dead ; 0.41 SHR r/m32, 1 ri dead
48 69 ca 98 04 00 00 dead ; 0.41 IMUL r64, r/m64, imm32 rri dead
84 d2 0f 85 68 02 00 00 ; 0.39 TEST r/m8, r8 rr; JNE rel8 l
48 f7 e7 dead ; 0.38 MUL r/m64 r dead
48 29 d8 dead ; 0.36 SUB r/m64, r64 rr dead
48 d3 e6 dead ; 0.35 SHL r/m64, CL rr dead
83 c1 fc dead ; 0.35 ADD r/m32, imm8 ri dead
48 81 f9 00 20 00 00 77 59 ; 0.35 CMP RAX, imm32 ri; JA rel8 l
69 d2 15 97 0c c1 dead ; 0.34 IMUL r32, r/m32, imm32 rri dead
48 81 fa 00 10 00 00 0f 82 94 01 00 00 ; 0.33 CMP RAX, imm32 ri; JB rel32 l
80 7c 01 50 00 74 12 ; 0.32 CMP r/m8, imm8 xi; JE rel32 l
39 c1 ; 0.30 CMP r/m32, r32 rr
41 ff d0 ; 0.29 CALL r/m64 r
80 3d f8 d9 17 00 00 74 2d ; 0.28 CMP r/m8, imm8 ai; JE rel8 l
f2 0f 10 44 24 30 ; 0.27 MOVSD xmm1, m64 rm
81 fb 47 65 6e 75 75 17 ; 0.27 CMP r/m32, imm8 ri; JNE rel8 l
48 03 5c fe 10 dead ; 0.27 ADD r64, r/m64 rx dead
c7 44 24 24 00 00 00 00 ; 0.27 MOV r/m32, imm32 mi
48 ba 31 ce 57 4b 3a 0b 00 00 ; 0.27 MOV r64, imm64 rI
48 3d 01 f0 ff ff 76 0b ; 0.26 CMP RAX, imm32 ri; JBE rel8 l
48 39 cb 7e 4a ; 0.25 CMP r/m64, r64 rr; JLE rel8 l
48 01 94 c8 78 02 00 00 dead ; 0.25 ADD r/m64, r64 xr dead
48 21 d3 dead ; 0.25 AND r/m64, r64 rr dead
29 d3 ; 0.25 SUB r/m32, r32 rr
48 8b 05 53 0e 12 00 ; 0.25 MOV r64, r/m64 ra
75 17 ; 0.24 JNE rel8 l
48 39 cb 0f 86 97 00 00 00 ; 0.23 CMP r/m64, r64 rr; JBE rel8 l
45 39 e7 75 df ; 0.23 CMP r/m32, r32 rr; JNE rel8 l
83 e8 01 75 f9 ; 0.23 SUB r/m32, imm8 ri; JNE rel8 l
0f b7 49 60 ; 0.23 MOVZX r32, r/m16 rm
48 39 f2 ; 0.23 CMP r/m64, r64 rr
84 06 ; 0.22 TEST r/m8, r8 mr
80 3c 24 00 74 0a ; 0.22 CMP r/m8, imm8 mi; JE rel8 l
45 0f 57 ff ; 0.22 XORPS xmm1, xmm2/m128 rr
f2 0f 5c d5 ; 0.22 SUBSD xmm1, xmm2/m64 rr
8b 3c da ; 0.21 MOV r32, r/m32 rx
76 0b ; 0.21 JBE rel8 l
48 31 d0 ; 0.21 XOR r/m64, r64 rr
4c 11 c2 ; 0.21 ADC r/m64, r64 rr
48 39 d0 74 53 ; 0.20 CMP r/m64, r64 rr; JE rel8 l
48 3d 01 f0 ff ff ; 0.20 CMP RAX, imm32 ri
48 85 f6 75 f2 ; 0.20 TEST r/m64, r64 rr; JNE rel8 l
64 4c 8b 34 25 f8 ff ff ff ; 0.19 MOV r64, r/m64 rfa
66 48 0f 6e c0 ; 0.19 MOVQ xmm, r/m64 rr
8d 0c 08 ; 0.19 LEA r32, m rx
45 0f b6 e1 ; 0.18 MOVZX r32, r/m8 rr
48 c7 44 24 30 ff ff ff ff ; 0.18 MOV r/m64, imm32 mi
48 0f af c3 ; 0.18 IMUL r64, r/m64 rr
73 cf ; 0.18 JAE rel8 l
f3 0f 6f 06 ; 0.18 MOVDQU xmm1, xmm2/m128 rm
48 21 df ; 0.18 AND r/m64, r64 rr
83 f8 7f 0f 8e 16 01 00 00 ; 0.17 CMP r/m32, imm8 ri; JLE rel8 l
44 38 d0 74 1c ; 0.17 CMP r/m8, r8 rr; JE rel8 l
88 8c 10 40 02 01 00 ; 0.17 MOV r/m8, r8 xr
42 ff 54 f5 00 ; 0.17 CALL r/m64 x
48 81 fa 00 ca 9a 3b 7c 0f ; 0.17 CMP RAX, imm32 ri; JL rel8 l
66 89 50 66 ; 0.17 MOV r/m16, r16 mr
48 c1 e1 28 dead ; 0.17 SHL r/m64, imm8 ri dead
0f 94 c2 ; 0.16 SETE r/m8 r
83 f8 00 74 2c ; 0.16 CMP r/m32, imm8 ri; JE rel8 l
48 03 81 b0 00 00 00 dead ; 0.16 ADD r64, r/m64 rm dead
83 e0 08 0f 85 7a 04 00 00 ; 0.16 AND r/m32, imm8 ri; JNE rel8 l
48 31 c0 dead ; 0.15 XOR r/m64, r64 rr dead
48 39 d6 0f 87 a8 01 00 00 ; 0.14 CMP r/m64, r64 rr; JA rel8 l
83 3d 5f a6 16 00 00 ; 0.14 CMP r/m32, imm8 ai
4c 39 c2 72 3a ; 0.14 CMP r/m64, r64 rr; JB rel32 l
49 c1 fb 3f dead ; 0.14 SAR r/m64, imm8 ri dead
66 0f 2e 0d 6e e9 03 00 0f 87 14 fc ff ff ; 0.14 UCOMISD xmm1, xmm2/m64 ra; JA rel8 l
21 d6 dead ; 0.14 AND r/m32, r32 rr dead
48 c1 e0 06 ; 0.13 SHL r/m64, imm8 ri
48 2b 08 dead ; 0.13 SUB r64, r/m64 rm dead
a4 ; 0.13 MOVS Y8, X8 mm
85 d2 ; 0.13 TEST r/m32, r32 rr
0f 95 c2 ; 0.13 SETNE r/m8 r
48 63 f2 ; 0.13 MOVSXD r64, r/m32 rr
48 f7 da dead ; 0.13 NEG r/m64 r dead
c6 44 33 18 00 ; 0.13 MOV r/m8, imm8 xi
41 83 ec 01 0f 84 f7 00 00 00 ; 0.12 SUB r/m32, imm8 ri; JE rel32 l
48 19 f6 dead ; 0.12 SBB r/m64, r64 rr dead
80 3d 64 e5 14 00 01 75 10 ; 0.12 CMP r/m8, imm8 ai; JNE rel8 l
4c 0f 44 fa ; 0.12 CMOVE r64, r/m64 rr
c6 41 40 01 ; 0.12 MOV r/m8, imm8 mi
83 c2 03 ; 0.12 ADD r/m32, imm8 ri
8b 0d 73 23 19 00 ; 0.12 MOV r32, r/m32 ra
48 39 c1 7f 18 ; 0.12 CMP r/m64, r64 rr; JG rel8 l
83 e0 01 0f 84 18 ff ff ff ; 0.12 AND r/m32, imm8 ri; JE rel32 l
48 ff ce ; 0.11 DEC r/m64 r
48 83 d2 00 dead ; 0.11 ADC r/m64, imm8 ri dead
48 39 c8 7d 07 ; 0.11 CMP r/m64, r64 rr; JGE rel8 l
48 83 f9 05 0f 8d b9 00 00 00 ; 0.11 CMP RAX, imm32 ri; JGE rel8 l
45 09 e2 dead ; 0.11 OR r/m32, r32 rr dead
83 3d 5f a6 16 00 00 75 09 ; 0.11 CMP r/m32, imm8 ai; JNE rel8 l
83 f8 00 ; 0.11 CMP r/m32, imm8 ri
48 83 05 e0 bb 0b 00 01 ; 0.11 ADD r/m64, imm8 ai
83 3d e1 13 1a 00 00 74 14 ; 0.10 CMP r/m32, imm8 ai; JE rel8 l
f7 f1 ; 0.10 DIV r/m32 r
ff 82 08 01 00 00 ; 0.10 INC r/m32 m
48 f7 e1 ; 0.10 MUL r/m64 r
48 85 c0 ; 0.10 TEST r/m64, r64 rr
80 7c 24 18 01 ; 0.10 CMP r/m8, imm8 mi
4c 39 46 50 0f 84 24 07 00 00 ; 0.10 CMP r/m64, r64 mr; JE rel8 l
0f 92 c1 ; 0.10 SETB r/m8 r
80 f9 01 77 1e ; 0.10 CMP r/m8, imm8 ri; JA rel8 l
f2 42 0f 10 14 09 ; 0.10 MOVSD xmm1, m64 rx
83 d8 00 ; 0.09 SBB r/m32, imm8 ri
48 01 48 20 ; 0.09 ADD r/m64, r64 mr
4c 03 40 18 ; 0.09 ADD r64, r/m64 rm
48 83 3e 00 75 3e ; 0.09 CMP r/m64, imm8 mi; JNE rel8 l
d3 e6 dead ; 0.09 SHL r/m32, CL rr dead
49 83 c3 04 78 9e ; 0.09 ADD r/m64, imm8 ri; JS rel32 l
81 7c 24 24 31 d4 00 00 0f 85 f6 02 00 00 ; 0.09 CMP r/m32, imm32 mi; JNE rel8 l
f2 0f 59 41 20 ; 0.09 MULSD xmm1, xmm2/m64 rm
49 f7 c3 ff ff ff 03 75 23 ; 0.09 TEST RAX, imm32 ri; JNE rel8 l
48 f7 d2 ; 0.09 NOT r/m64 r
47 0f b7 1c 53 ; 0.08 MOVZX r32, r/m16 rx
48 09 d8 dead ; 0.08 OR r/m64, r64 rr dead
ff c2 ; 0.08 INC r/m32 r
49 83 df ff dead ; 0.08 SBB r/m64, imm8 ri dead
38 d1 75 0a ; 0.08 CMP r/m8, r8 rr; JNE rel8 l
49 d3 e8 dead ; 0.08 SHR r/m64, CL rr dead
48 09 d9 ; 0.08 OR r/m64, r64 rr
41 f6 c4 01 74 22 ; 0.07 TEST r/m8, imm8 ri; JE rel8 l
7e 05 ; 0.07 JLE rel8 l
41 d1 e2 dead ; 0.07 SHL r/m32, 1 ri dead
41 83 fd 01 77 32 ; 0.07 CMP r/m32, imm8 ri; JA rel8 l
4d 0f bc fd ; 0.07 BSF r64, r/m64 rr
f2 0f 58 50 18 ; 0.07 ADDSD xmm1, xmm2/m64 rm
87 10 ; 0.07 XCHG r/m32, r32 mr
48 89 1d b6 b2 13 00 ; 0.07 MOV r/m64, r64 ar
41 39 39 73 cf ; 0.07 CMP r/m32, r32 mr; JAE rel8 l
09 c6 ; 0.07 OR r/m32, r32 rr
48 39 b8 b0 00 00 00 ; 0.07 CMP r/m64, r64 mr
7c 1b ; 0.07 JL rel8 l
0f 82 dd 00 00 00 ; 0.07 JB rel32 l
f2 0f 5e c8 ; 0.07 DIVSD xmm1, xmm2/m64 rr
7f 18 ; 0.06 JG rel8 l
f2 0f 51 c9 ; 0.06 SQRTSD xmm1, xmm2/m64 rr
66 0f 6c c0 ; 0.06 PUNPCKLQDQ xmm1, xmm2/m128 rr
48 85 c9 7c 1b ; 0.06 TEST r/m64, r64 rr; JL rel8 l
80 3c 11 00 75 e9 ; 0.06 CMP r/m8, imm8 xi; JNE rel8 l
42 3a 14 1e 75 12 ; 0.06 CMP r8, r/m8 rx; JNE rel8 l
85 f6 7f 1b ; 0.06 TEST r/m32, r32 rr; JG rel8 l
48 83 79 40 00 74 06 ; 0.06 CMP r/m64, imm8 mi; JE rel8 l
85 c0 79 93 ; 0.06 TEST r/m32, r32 rr; JNS rel32 l
83 f8 01 0f 82 d8 01 00 00 ; 0.06 CMP r/m32, imm8 ri; JB rel32 l
48 83 e4 f0 ; 0.06 AND r/m64, imm8 ri
ff e7 ; 0.06 JMP r/m64 r
0f 05 ; 0.06 SYSCALL
38 d1 ; 0.06 CMP r/m8, r8 rr
84 00 dead ; 0.05 TEST r/m8, r8 mr dead
64 83 04 25 b0 ff ff ff 01 dead ; 0.05 ADD r/m32, imm8 fai dead
48 d3 e2 ; 0.05 SHL r/m64, CL rr
29 da dead ; 0.05 SUB r/m32, r32 rr dead
48 81 ca f0 00 00 00 dead ; 0.05 OR r/m64, imm32 ri dead
66 0f 2e c0 ; 0.05 UCOMISD xmm1, xmm2/m64 rr
41 c1 ea 1b ; 0.05 SHR r/m32, 1 ri
7d 07 ; 0.05 JGE rel8 l
84 d2 ; 0.05 TEST r/m8, r8 rr
64 48 2b 04 25 28 00 00 00 75 06 ; 0.05 SUB r64, r/m64 rfa; JNE rel8 l
48 0f af f3 dead ; 0.05 IMUL r64, r/m64 rr dead
f2 0f 58 1d e9 15 10 00 ; 0.05 ADDSD xmm1, xmm2/m64 ra
f2 0f 5f c1 ; 0.05 MAXSD xmm1, xmm2/m64 rr
f2 0f 5d ca ; 0.05 MINSD xmm1, xmm2/m64 rr
48 09 cb 74 4b ; 0.05 OR r/m64, r64 rr; JE rel8 l
0f ba e0 1b 72 04 ; 0.05 BT r/m32, imm8 ri; JB rel32 l
f2 0f 5c 50 38 ; 0.05 SUBSD xmm1, xmm2/m64 rm
8a 44 24 18 ; 0.05 MOV r8, r/m8 rm
48 83 e3 f8 dead ; 0.05 AND r/m64, imm8 ri dead
66 0f 74 c8 ; 0.05 PCMPEQB xmm1, xmm2/m128 rr
48 85 c9 7e 08 ; 0.04 TEST r/m64, r64 rr; JLE rel8 l
f3 48 a5 ; 0.04 REP MOVS Y64, X64 mm
83 f1 04 ; 0.04 XOR r/m32, imm8 ri
48 83 3e 00 ; 0.04 CMP r/m64, imm8 mi
66 45 39 d1 ; 0.04 CMP r/m16, r16 rr
80 7c 24 18 01 0f 85 c5 01 00 00 ; 0.04 CMP r/m8, imm8 mi; JNE rel8 l
66 0f d7 d1 ; 0.04 PMOVMSKB r32, xmm rr
48 0f 42 da ; 0.04 CMOVB r64, r/m64 rr
48 98 ; 0.04 CDQE
f7 d7 ; 0.04 NOT r/m32 r
89 34 8b ; 0.04 MOV r/m32, r32 xr
4c 01 07 dead ; 0.04 ADD r/m64, r64 mr dead
f0 0f b1 32 75 f4 ; 0.04 LOCK CMPXCHG r/m32, r32 mr; JNE rel8 l
`;

export const others = `
0f ba e0 00 ; 0.04 BT r/m32, imm8 ri
41 39 39 ; 0.04 CMP r/m32, r32 mr
83 e8 01 ; 0.03 SUB r/m32, imm8 ri
01 16 dead ; 0.03 ADD r/m32, r32 mr dead
0f b7 fe ; 0.03 MOVZX r32, r/m16 rr
81 7c 24 24 31 d4 00 00 ; 0.03 CMP r/m32, imm32 mi
66 f7 c7 00 80 ; 0.03 TEST r/m16, imm16 ri
41 0f 97 c2 ; 0.03 SETA r/m8 r
48 33 1d 99 47 1a 00 dead ; 0.03 XOR r64, r/m64 ra dead
48 63 70 4c ; 0.03 MOVSXD r64, r/m32 rm
48 ff 40 08 ; 0.03 INC r/m64 m
80 f9 01 ; 0.03 CMP r/m8, imm8 ri
89 05 ba 00 15 00 ; 0.03 MOV r/m32, r32 ar
19 d2 dead ; 0.03 SBB r/m32, r32 rr dead
77 59 ; 0.03 JA rel8 l
0f a2 ; 0.03 CPUID
48 0f ba e2 3f ; 0.02 BT r/m64, imm8 ri
48 f7 db ; 0.02 NEG r/m64 r
49 0f 47 f2 ; 0.02 CMOVA r64, r/m64 rr
66 0f 60 c0 ; 0.02 PUNPCKLBW xmm1, xmm2/m128 rr
80 7c 01 50 00 ; 0.02 CMP r/m8, imm8 xi
49 3b 66 10 ; 0.02 CMP r64, r/m64 rm
ff 89 08 01 00 00 ; 0.02 DEC r/m32 m
49 0f 4f c8 ; 0.02 CMOVG r64, r/m64 rr
48 0f 45 c2 ; 0.02 CMOVNE r64, r/m64 rr
48 d3 eb ; 0.02 SHR r/m64, CL rr
44 86 07 ; 0.02 XCHG r/m8, r8 mr
48 83 3d ba a2 16 00 00 ; 0.02 CMP r/m64, imm8 ai
f7 c2 06 00 00 00 ; 0.02 TEST r/m32, imm32 ri
21 ca ; 0.02 AND r/m32, r32 rr
f3 44 0f 7f 7c 1f 80 ; 0.02 MOVDQU xmm2/m128, xmm1 xr
45 0f a3 e9 ; 0.02 BT r/m32, r32 rr
40 d0 ee dead ; 0.02 SHR r/m8, 1 ri dead
f7 db dead ; 0.02 NEG r/m32 r dead
f3 44 0f 6f 44 1e 80 ; 0.02 MOVDQU xmm1, xmm2/m128 rx
48 0f 4c f9 ; 0.02 CMOVL r64, r/m64 rr
f0 48 0f c1 18 ; 0.02 LOCK XADD r/m64, r64 mr
83 ce 10 dead ; 0.02 OR r/m32, imm8 ri dead
f2 48 0f 2a c8 ; 0.02 CVTSI2SD xmm1, r/m64 rr
48 0f ce ; 0.02 BSWAP r64 r
01 da dead ; 0.02 ADD r/m32, r32 rr dead
83 c8 10 ; 0.02 OR r/m32, imm8 ri
64 48 89 0c 25 f8 ff ff ff ; 0.02 MOV r/m64, r64 far
01 fa ; 0.01 ADD r/m32, r32 rr
f3 48 ab ; 0.01 REP STOS Y64, RAX mr
41 0f 45 dc ; 0.01 CMOVNE r32, r/m32 rr
66 0f 70 c0 00 ; 0.01 PSHUFD xmm1, xmm2/m128, imm8 rr#0
48 39 1d 89 82 14 00 ; 0.01 CMP r/m64, r64 ar
48 81 cf 00 00 08 00 ; 0.01 OR r/m64, imm32 ri
0f bc d2 ; 0.01 BSF r32, r/m32 rr
48 ff c9 dead ; 0.01 DEC r/m64 r dead
0f b6 0d 81 15 17 00 ; 0.01 MOVZX r32, r/m8 ra
29 48 28 ; 0.01 SUB r/m32, r32 mr
48 c7 05 f5 a2 16 00 2a 00 00 00 ; 0.01 MOV r/m64, imm32 ai
66 c7 46 60 00 00 ; 0.01 MOV r/m16, imm16 mi
48 0f bc d2 dead ; 0.01 BSF r64, r/m64 rr dead
d3 e2 ; 0.01 SHL r/m32, CL rr
c1 fa 1f dead ; 0.01 SAR r/m32, imm8 ri dead
44 8a 05 b8 79 18 00 ; 0.01 MOV r8, r/m8 ra
f6 05 d4 ce 14 00 01 ; 0.01 TEST r/m8, imm8 ai
4d 0f 46 ca ; 0.01 CMOVBE r64, r/m64 rr
48 2b 99 d0 00 00 00 ; 0.01 SUB r64, r/m64 rm
f2 0f 10 05 78 2f 18 00 ; 0.01 MOVSD xmm1, m64 ra
48 19 f6 ; 0.01 SBB r/m64, r64 rr
48 a9 0f 00 00 00 ; 0.01 TEST RAX, imm32 ri
f0 0f b1 11 ; 0.01 LOCK CMPXCHG r/m32, r32 mr
48 d1 f8 ; 0.01 SAR r/m64, imm8 ri
80 3d f8 d9 17 00 00 ; 0.01 CMP r/m8, imm8 ai
83 f2 01 dead ; 0.01 XOR r/m32, imm8 ri dead
f0 48 0f c1 11 dead ; 0.01 LOCK XADD r/m64, r64 mr dead
ff c0 dead ; 0.01 INC r/m32 r dead
f7 db ; 0.01 NEG r/m32 r
48 c7 44 02 08 00 00 00 00 ; 0.01 MOV r/m64, imm32 xi
f0 48 0f b1 11 ; 0.01 LOCK CMPXCHG r/m64, r64 mr
c6 05 68 00 15 00 01 ; 0.01 MOV r/m8, imm8 ai
48 f7 f3 ; 0.01 DIV r/m64 r
4d 0f 43 e5 ; 0.01 CMOVAE r64, r/m64 rr
41 f6 c5 40 ; 0.01 TEST r/m8, imm8 ri
0f 47 d8 ; 0.01 CMOVA r32, r/m32 rr
66 85 d2 ; 0.01 TEST r/m16, r16 rr
48 0f be d2 ; 0.00 MOVSX r64, r/m8 rr
03 44 24 5c ; 0.00 ADD r32, r/m32 rm
f0 0f c1 16 ; 0.00 LOCK XADD r/m32, r32 mr
48 87 11 ; 0.00 XCHG r/m64, r64 mr
44 0f 4c d6 ; 0.00 CMOVL r32, r/m32 rr
0f b3 fe ; 0.00 BTR r/m32, r32 rr
41 ff c8 ; 0.00 DEC r/m32 r
48 0f bd ff ; 0.00 BSR r64, r/m64 rr
66 89 44 1f fe ; 0.00 MOV r/m16, r16 xr
c7 05 91 8f 14 00 10 27 00 00 ; 0.00 MOV r/m32, imm32 ai
0f 44 d1 ; 0.00 CMOVE r32, r/m32 rr
ff 24 ca ; 0.00 JMP r/m64 x
0f 9f c0 ; 0.00 SETG r/m8 r
40 0f 9d c7 ; 0.00 SETGE r/m8 r
88 0d f8 be 1a 00 ; 0.00 MOV r/m8, r8 ar
f0 08 0a ; 0.00 LOCK OR r/m8, r8 mr
c7 04 81 01 00 00 00 ; 0.00 MOV r/m32, imm32 xi
41 0f af c7 ; 0.00 IMUL r32, r/m32 rr
44 0f 11 3d d2 84 18 00 ; 0.00 MOVUPS xmm2/m128, xmm1 ar
41 c1 fa 1f ; 0.00 SAR r/m32, imm8 ri
0f 96 c2 ; 0.00 SETBE r/m8 r
0f 8b 2a 01 00 00 ; 0.00 JNP rel32 l
f0 0f c1 48 28 dead ; 0.00 LOCK XADD r/m32, r32 mr dead
ff c9 dead ; 0.00 DEC r/m32 r dead
0b 0d be 9e 16 00 ; 0.00 OR r32, r/m32 ra
0f 94 44 24 08 ; 0.00 SETE r/m8 m
48 29 bc 10 70 04 00 00 ; 0.00 SUB r/m64, r64 xr
66 83 78 60 00 ; 0.00 CMP r/m16, imm8 mi
48 0f b3 d1 ; 0.00 BTR r/m64, r64 rr
49 ff 49 68 ; 0.00 DEC r/m64 m
33 4a 10 dead ; 0.00 XOR r32, r/m32 rm dead
0b 0d bc 9e 16 00 dead ; 0.00 OR r32, r/m32 ra dead
48 21 70 08 ; 0.00 AND r/m64, r64 mr
39 1d 12 47 18 00 ; 0.00 CMP r/m32, r32 ar
70 7c ; 0.00 JO rel8 l
44 0f 4f da ; 0.00 CMOVG r32, r/m32 rr
0f 10 05 f5 b7 13 00 ; 0.00 MOVUPS xmm1, xmm2/m128 ra
41 d2 ed dead ; 0.00 SHR r/m8, CL rr dead
f0 44 09 02 ; 0.00 LOCK OR r/m32, r32 mr
f3 48 0f b8 c8 ; 0.00 POPCNT r64, r/m64 rr
f0 44 21 00 ; 0.00 LOCK AND r/m32, r32 mr
45 0f bc fc dead ; 0.00 BSF r32, r/m32 rr dead
48 2b 0d 74 8c 14 00 dead ; 0.00 SUB r64, r/m64 ra dead
f7 e2 ; 0.00 MUL r/m32 r
48 99 ; 0.00 CQO
48 f7 f9 ; 0.00 IDIV r/m64 r
48 0f ba ea 3f ; 0.00 BTS r/m64, imm8 ri
01 0d dd f4 13 00 dead ; 0.00 ADD r/m32, r32 ar dead
66 81 f9 00 02 ; 0.00 CMP r/m16, imm16 ri
0f 92 05 4b bf 1a 00 ; 0.00 SETB r/m8 a
48 01 84 3e 70 04 00 00 ; 0.00 ADD r/m64, r64 xr
64 48 c7 04 25 f8 ff ff ff 23 01 00 00 ; 0.00 MOV r/m64, imm32 fai
4d 85 da dead ; 0.00 TEST r/m64, r64 rr dead
ff 05 91 f0 13 00 ; 0.00 INC r/m32 a
48 09 14 d8 ; 0.00 OR r/m64, r64 xr
48 0f ab d1 ; 0.00 BTS r/m64, r64 rr
fc ; 0.00 CLD
ff 0d 65 5d 14 00 dead ; 0.00 DEC r/m32 a dead
48 69 c9 00 ca 9a 3b ; 0.00 IMUL r64, r/m64, imm32 rri
4d 21 54 c3 40 dead ; 0.00 AND r/m64, r64 xr dead
0f 01 f9 ; 0.00 RDTSCP
f2 48 0f 2c c1 ; 0.00 CVTTSD2SI r64, xmm1/m64 rr
48 63 0d a1 a3 16 00 ; 0.00 MOVSXD r64, r/m32 ra
f3 0f 10 44 24 20 ; 0.00 MOVSS xmm1, m32 rm
f0 20 0a ; 0.00 LOCK AND r/m8, r8 mr
48 21 34 d8 ; 0.00 AND r/m64, r64 xr
0f 2e c0 ; 0.00 UCOMISS xmm1, xmm2/m32 rr
0f 93 c0 ; 0.00 SETAE r/m8 r
66 83 3d c4 c7 15 00 10 ; 0.00 CMP r/m16, imm8 ai
0f 95 05 a7 9e 16 00 ; 0.00 SETNE r/m8 a
8a 4c 1e ff ; 0.00 MOV r8, r/m8 rx
0f 9c c2 ; 0.00 SETL r/m8 r
66 8b 06 ; 0.00 MOV r16, r/m16 rm
4c 0f bd cf dead ; 0.00 BSR r64, r/m64 rr dead
48 ff 00 dead ; 0.00 INC r/m64 m dead
48 83 46 10 08 ; 0.00 ADD r/m64, imm8 mi
48 ff 44 d6 20 ; 0.00 INC r/m64 x
0f ab c8 ; 0.00 BTS r/m32, r32 rr
66 42 c7 44 02 18 00 00 ; 0.00 MOV r/m16, imm16 xi
66 39 72 32 ; 0.00 CMP r/m16, r16 mr
f3 45 0f b8 c0 ; 0.00 POPCNT r32, r/m32 rr
0f 92 40 07 ; 0.00 SETB r/m8 m
66 c1 eb 03 ; 0.00 SHR r/m16, imm8 ri
88 d9 ; 0.00 MOV r/m8, r8 rr
4d 09 14 c3 dead ; 0.00 OR r/m64, r64 xr dead
48 03 0d d9 55 13 00 ; 0.00 ADD r64, r/m64 ra
0f 43 d1 ; 0.00 CMOVAE r32, r/m32 rr
0f 94 05 85 56 1a 00 ; 0.00 SETE r/m8 a
48 21 78 10 dead ; 0.00 AND r/m64, r64 mr dead
f2 0f 2c c0 ; 0.00 CVTTSD2SI r32, xmm1/m64 rr
66 41 f7 f3 ; 0.00 DIV r/m16 r
48 29 05 01 d8 1c 00 dead ; 0.00 SUB r/m64, r64 ar dead
4c 23 2e ; 0.00 AND r64, r/m64 rm
48 23 1e dead ; 0.00 AND r64, r/m64 rm dead
0f ba f2 0c ; 0.00 BTR r/m32, imm8 ri
0f ba f1 1f dead ; 0.00 BTR r/m32, imm8 ri dead
f0 21 18 dead ; 0.00 LOCK AND r/m32, r32 mr dead
f0 09 0a dead ; 0.00 LOCK OR r/m32, r32 mr dead
48 83 0d 8a 71 19 00 01 ; 0.00 OR r/m64, imm8 ai
48 0b 81 90 02 01 00 dead ; 0.00 OR r64, r/m64 rm dead
66 0f fe c4 ; 0.00 PADDD xmm1, xmm2/m128 rr
66 41 0f 72 f7 0c ; 0.00 PSLLD xmm1, imm8 r#12
66 41 0f 72 f7 10 ; 0.00 PSLLD xmm1, imm8 r#16
66 41 0f 72 f7 07 ; 0.00 PSLLD xmm1, imm8 r#7
66 41 0f 72 f7 08 ; 0.00 PSLLD xmm1, imm8 r#8
66 41 0f 72 d4 10 ; 0.00 PSRLD xmm1, imm8 r#16
66 0f 72 d4 14 ; 0.00 PSRLD xmm1, imm8 r#20
66 41 0f 72 d4 18 ; 0.00 PSRLD xmm1, imm8 r#24
66 0f 72 d4 19 ; 0.00 PSRLD xmm1, imm8 r#25
0f 31 ; 0.00 RDTSC
48 d3 fa dead ; 0.00 SAR r/m64, CL rr dead
64 48 39 34 25 f8 ff ff ff ; 0.00 CMP r/m64, r64 far
f2 0f 70 c0 00 ; 0.00 PSHUFLW xmm1, xmm2/m128, imm8 rr#0
ff 88 08 01 00 00 dead ; 0.00 DEC r/m32 m dead
38 0a ; 0.00 CMP r/m8, r8 mr
48 d1 da dead ; 0.00 RCR r/m64, 1 ri dead
48 f7 eb dead ; 0.00 IMUL r/m64 r dead
49 0f ba ea 07 dead ; 0.00 BTS r/m64, imm8 ri dead
66 0f 54 d0 ; 0.00 ANDPD xmm1, xmm2/m128 rr
41 0f bd df ; 0.00 BSR r32, r/m32 rr
41 0f 90 c0 ; 0.00 SETO r/m8 r
0f 9e c2 ; 0.00 SETLE r/m8 r
83 e9 80 dead ; 0.00 SUB r/m32, imm8 ri dead
03 48 20 dead ; 0.00 ADD r32, r/m32 rm dead
48 0f a3 d6 ; 0.00 BT r/m64, r64 rr
ff 53 10 ; 0.00 CALL r/m64 m
49 0f 4d fa ; 0.00 CMOVGE r64, r/m64 rr
f6 43 04 02 ; 0.00 TEST r/m8, imm8 mi
0f 42 f2 ; 0.00 CMOVB r32, r/m32 rr
48 0f 4e fa ; 0.00 CMOVLE r64, r/m64 rr
0f 29 00 ; 0.00 MOVAPS xmm2/m128, xmm1 mr
48 63 14 91 ; 0.00 MOVSXD r64, r/m32 rx
45 0f af d9 dead ; 0.00 IMUL r32, r/m32 rr dead
7a 15 ; 0.00 JP rel8 l
99 ; 0.00 CDQ
f7 f9 ; 0.00 IDIV r/m32 r
48 f7 e9 ; 0.00 IMUL r/m64 r
0f 95 40 07 ; 0.00 SETNE r/m8 m
2b 08 dead ; 0.00 SUB r32, r/m32 rm dead
48 ff 48 10 dead ; 0.00 DEC r/m64 m dead
0f bd c2 dead ; 0.00 BSR r32, r/m32 rr dead
48 0f be 19 ; 0.00 MOVSX r64, r/m8 rm
66 0f 56 d0 ; 0.00 ORPD xmm1, xmm2/m128 rr
48 c1 c1 38 dead ; 0.00 ROL r/m64, imm8 ri dead
4c 23 1c df dead ; 0.00 AND r64, r/m64 rx dead
0f ca ; 0.00 BSWAP r32 r
4c 0f 49 ea ; 0.00 CMOVNS r64, r/m64 rr
66 0f 6e c0 ; 0.00 MOVD xmm, r/m32 rr
80 cd 08 ; 0.00 OR r/m8, imm8 ri
48 c1 c3 07 ; 0.00 ROL r/m64, imm8 ri
48 c1 c8 0e ; 0.00 ROR r/m64, imm8 ri
41 d3 ef dead ; 0.00 SHR r/m32, CL rr dead
f7 03 00 80 00 00 ; 0.00 TEST r/m32, imm32 mi
48 83 f6 01 ; 0.00 XOR r/m64, imm8 ri
40 30 c7 ; 0.00 XOR r/m8, r8 rr
80 e5 80 ; 0.00 AND r/m8, imm8 ri
48 0f ba f1 3f ; 0.00 BTR r/m64, imm8 ri
48 3b 3d 55 a2 08 00 ; 0.00 CMP r64, r/m64 ra
66 0f 6f 05 08 37 00 00 ; 0.00 MOVDQA xmm1, xmm2/m128 ra
45 0f be e4 ; 0.00 MOVSX r32, r/m8 rr
48 29 42 10 ; 0.00 SUB r/m64, r64 mr
48 83 05 8c e5 09 00 01 dead ; 0.00 ADD r/m64, imm8 ai dead
81 25 8b 7b 0a 00 ef f7 ff ff ; 0.00 AND r/m32, imm32 ai
83 25 56 84 0a 00 e8 dead ; 0.00 AND r/m32, imm8 ai dead
48 0f 44 3d 2c 0b 07 00 ; 0.00 CMOVE r64, r/m64 ra
48 0f 44 44 24 08 ; 0.00 CMOVE r64, r/m64 rm
64 48 83 3c 25 c0 ff ff ff 00 ; 0.00 CMP r/m64, imm8 fai
64 80 3c 25 c8 ff ff ff 00 ; 0.00 CMP r/m8, imm8 fai
44 3a 06 ; 0.00 CMP r8, r/m8 rm
48 f7 74 24 20 ; 0.00 DIV r/m64 m
ff 25 e2 2f 0a 00 ; 0.00 JMP r/m64 a
f0 0f b1 15 ff e4 09 00 ; 0.00 LOCK CMPXCHG r/m32, r32 ar
66 89 15 fe 90 06 00 ; 0.00 MOV r/m16, r16 ar
64 c7 04 25 24 09 00 00 ff ff ff ff ; 0.00 MOV r/m32, imm32 fai
64 48 89 11 ; 0.00 MOV r/m64, r64 fmr
64 c6 04 25 12 06 00 00 01 ; 0.00 MOV r/m8, imm8 fai
64 88 04 25 11 06 00 00 ; 0.00 MOV r/m8, r8 far
64 48 8b 00 ; 0.00 MOV r64, r/m64 rfm
0f 29 05 eb 68 03 00 ; 0.00 MOVAPS xmm2/m128, xmm1 ar
66 0f 6f 44 24 20 ; 0.00 MOVDQA xmm1, xmm2/m128 rm
0f 16 84 24 98 00 00 00 ; 0.00 MOVHPS xmm1, m64 rm
0f be 0d 2c 24 00 00 ; 0.00 MOVSX r32, r/m8 ra
0f be 4c 24 38 ; 0.00 MOVSX r32, r/m8 rm
81 0d 89 7b 0a 00 00 08 00 00 ; 0.00 OR r/m32, imm32 ai
83 0d a7 8a 0a 00 40 dead ; 0.00 OR r/m32, imm8 ai dead
09 05 af 8f 0a 00 ; 0.00 OR r/m32, r32 ar
09 05 06 90 0a 00 dead ; 0.00 OR r/m32, r32 ar dead
80 8f 36 03 00 00 40 dead ; 0.00 OR r/m8, imm8 mi dead
0b 78 40 ; 0.00 OR r32, r/m32 rm
66 0f 74 48 10 ; 0.00 PCMPEQB xmm1, xmm2/m128 rm
66 0f 76 c0 ; 0.00 PCMPEQD xmm1, xmm2/m128 rr
66 0f 62 c2 ; 0.00 PUNPCKLDQ xmm1, xmm2/m128 rr
66 0f 61 c0 ; 0.00 PUNPCKLWD xmm1, xmm2/m128 rr
87 05 c5 e4 09 00 ; 0.00 XCHG r/m32, r32 ar
64 48 33 14 25 30 00 00 00 ; 0.00 XOR r64, r/m64 rfa
48 11 ca dead ; 0.00 ADC r/m64, r64 rr dead
83 47 04 01 ; 0.00 ADD r/m32, imm8 mi
48 83 44 14 68 04 ; 0.00 ADD r/m64, imm8 xi
4c 01 05 cb e0 0e 00 ; 0.00 ADD r/m64, r64 ar
42 03 44 94 04 dead ; 0.00 ADD r32, r/m32 rx dead
0f ba e8 1f ; 0.00 BTS r/m32, imm8 ri
41 0f ba ea 08 dead ; 0.00 BTS r/m32, imm8 ri dead
0f 4e d3 ; 0.00 CMOVLE r32, r/m32 rr
4c 0f 48 f0 ; 0.00 CMOVS r64, r/m64 rr
f2 0f 5a c0 ; 0.00 CVTSD2SS xmm1, xmm2/m64 rr
f2 0f 2a cb ; 0.00 CVTSI2SD xmm1, r/m32 rr
f3 0f 5a c9 ; 0.00 CVTSS2SD xmm1, xmm2/m32 rr
ff 40 08 dead ; 0.00 INC r/m32 m dead
64 8b 00 ; 0.00 MOV r32, r/m32 rfm
f3 0f 10 1d 0a f0 05 00 ; 0.00 MOVSS xmm1, m32 ra
66 0f 3a 61 0f 0c dead ; 0.00 PCMPESTRI xmm1, xmm2/m128, imm8 rm#12 dead
f3 0f b8 d2 dead ; 0.00 POPCNT r32, r/m32 rr dead
48 d3 f8 ; 0.00 SAR r/m64, CL rr
0f 9e 44 24 08 ; 0.00 SETLE r/m8 m
0f 9b c0 ; 0.00 SETNP r/m8 r
48 29 42 10 dead ; 0.00 SUB r/m64, r64 mr dead
83 05 d8 b7 13 00 02 dead ; 0.00 ADD r/m32, imm8 ai dead
48 03 05 80 2a 11 00 dead ; 0.00 ADD r64, r/m64 ra dead
41 20 ce ; 0.00 AND r/m8, r8 rr
49 83 f0 01 dead ; 0.00 XOR r/m64, imm8 ri dead
48 0f bb d1 dead ; 0.00 BTC r/m64, r64 rr dead
38 0d 9f bf 0e 00 ; 0.00 CMP r/m8, r8 ar
f3 a4 ; 0.00 REP MOVS Y8, X8 mm
0f 9c 07 ; 0.00 SETL r/m8 m
48 83 42 28 08 dead ; 0.00 ADD r/m64, imm8 mi dead
66 25 00 0c dead ; 0.00 AND AX, imm16 ri dead
0f 46 c2 ; 0.00 CMOVBE r32, r/m32 rr
f0 4d 09 10 dead ; 0.00 LOCK OR r/m64, r64 mr dead
66 c1 ee 03 dead ; 0.00 SHR r/m16, imm8 ri dead
41 2b 54 bc fc dead ; 0.00 SUB r32, r/m32 rx dead
43 33 1c 87 ; 0.00 XOR r32, r/m32 rx
44 33 1c 87 dead ; 0.00 XOR r32, r/m32 rx dead
66 25 ff 08 ; 0.00 AND AX, imm16 ri
48 81 a4 24 60 01 00 00 ff ff ff 3f ; 0.00 AND r/m64, imm32 mi
48 0f ba f2 3f dead ; 0.00 BTR r/m64, imm8 ri dead
0f 4d fa ; 0.00 CMOVGE r32, r/m32 rr
0f 48 c1 ; 0.00 CMOVS r32, r/m32 rr
3b 78 fc ; 0.00 CMP r32, r/m32 rm
f2 0f c2 c2 05 ; 0.00 CMPSD xmm1, xmm2/m64, imm8 rr#5
f2 0f 2d d9 ; 0.00 CVTSD2SI r32, xmm1/m64 rr
d9 bd 5a ff ff ff ; 0.00 FNSTCW m2byte m
48 f7 21 ; 0.00 MUL r/m64 m
48 f7 61 20 dead ; 0.00 MUL r/m64 m dead
f2 0f 59 0d ed 39 08 00 ; 0.00 MULSD xmm1, xmm2/m64 ra
83 8d 30 ff ff ff 01 ; 0.00 OR r/m32, imm8 mi
48 83 4f 38 02 ; 0.00 OR r/m64, imm8 mi
48 0b 4c 24 08 ; 0.00 OR r64, r/m64 rm
68 00 10 00 00 ; 0.00 PUSH imm32 i
ff 74 24 68 ; 0.00 PUSH r/m64 m
48 d1 da ; 0.00 RCR r/m64, 1 ri
c1 c1 08 ; 0.00 ROL r/m32, imm8 ri
c1 c3 1c dead ; 0.00 ROL r/m32, imm8 ri dead
c1 c8 06 dead ; 0.00 ROR r/m32, imm8 ri dead
66 0f 3a 0b c9 01 ; 0.00 ROUNDSD xmm1, xmm2/m64, imm8 rr#1
0f 9d 04 24 ; 0.00 SETGE r/m8 m
48 0f a5 c2 ; 0.00 SHLD r/m64, r64, CL rrr
48 0f a4 f3 0d dead ; 0.00 SHLD r/m64, r64, imm8 rri dead
41 d3 ea ; 0.00 SHR r/m32, CL rr
48 0f ad c2 ; 0.00 SHRD r/m64, r64, CL rrr
44 2b a0 18 00 02 00 ; 0.00 SUB r32, r/m32 rm
43 f6 44 3e 08 01 ; 0.00 TEST r/m8, imm8 xi
48 91 ; 0.00 XCHG RAX, r64 rr
4c 33 40 10 ; 0.00 XOR r64, r/m64 rm
4f 33 3c e8 dead ; 0.00 XOR r64, r/m64 rx dead
11 c0 ; 0.00 ADC r/m32, r32 rr
23 93 20 08 00 00 dead ; 0.00 AND r32, r/m32 rm dead
66 0f 54 0d f6 d6 02 00 ; 0.00 ANDPD xmm1, xmm2/m128 ra
0f 49 d0 ; 0.00 CMOVNS r32, r/m32 rr
4a 39 44 17 f0 ; 0.00 CMP r/m64, r64 xr
d9 c0 ; 0.00 FLD ST(i) st0
db 28 ; 0.00 FLD m80fp m
dd d8 ; 0.00 FSTP ST(i) st0
db 7c 24 60 ; 0.00 FSTP m80fp m
df e9 ; 0.00 FUCOMIP ST(0), ST(i) st0st1
d9 c9 ; 0.00 FXCH ST(i) st1
d9 ca ; 0.00 FXCH ST(i) st2
64 89 2b ; 0.00 MOV r/m32, r32 fmr
42 0f be 4c 19 ff ; 0.00 MOVSX r32, r/m8 rx
48 0f be 14 38 ; 0.00 MOVSX r64, r/m8 rx
0b 50 04 dead ; 0.00 OR r32, r/m32 rm dead
48 0b 4c d8 40 ; 0.00 OR r64, r/m64 rx
66 c1 c6 08 ; 0.00 ROL r/m16, imm8 ri
d3 f8 dead ; 0.00 SAR r/m32, CL rr dead
40 80 f6 81 dead ; 0.00 XOR r/m8, imm8 ri dead
48 33 54 38 20 ; 0.00 XOR r64, r/m64 rx
48 81 c4 88 00 00 00 ; 0.00 ADD r/m64, imm32 ri
eb 07 ; 0.00 JMP rel8 l
48 c7 c7 02 10 00 00 ; 0.00 MOV r/m64, imm32 ri
89 54 24 24 ; 0.00 MOV r/m32, r32 mr
66 0f 1f 84 00 00 00 00 00 ; 0.00 NOP r/m16 x
48 81 eb 00 01 00 00 dead ; 0.00 SUB r/m64, imm32 ri dead
a8 07 ; 0.00 TEST AL, imm8 ri
41 81 e0 ff ff 1f 00 ; 0.00 AND r/m32, imm32 ri
3c 01 ; 0.00 CMP AL, imm8 ri
0f 8f 6e ff ff ff ; 0.00 JG rel32 l
48 81 ec 40 04 00 00 ; 0.00 SUB r/m64, imm32 ri
66 45 0f ef ff ; 0.00 PXOR xmm1, xmm2/m128 rr
0f 8c 9f 00 00 00 ; 0.00 JL rel32 l
3d 39 30 00 00 ; 0.00 CMP EAX, imm32 ri
48 81 c3 ff 01 00 00 dead ; 0.00 ADD r/m64, imm32 ri dead
81 e6 ff 1f 00 00 dead ; 0.00 AND r/m32, imm32 ri dead
83 7c 24 14 02 ; 0.00 CMP r/m32, imm8 mi
c1 ea 1b dead ; 0.00 SHR r/m32, imm8 ri dead
48 05 d0 0d 00 00 ; 0.00 ADD RAX, imm32 ri
25 f0 3f ff 0f ; 0.00 AND EAX, imm32 ri
48 d1 ea ; 0.00 SHR r/m64, 1 ri
48 6b f8 3d dead ; 0.00 IMUL r64, r/m64, imm8 rri dead
0f 10 41 10 ; 0.00 MOVUPS xmm1, xmm2/m128 rm
48 83 ca 40 dead ; 0.00 OR r/m64, imm8 ri dead
c1 e6 04 dead ; 0.00 SHL r/m32, imm8 ri dead
48 d1 e9 dead ; 0.00 SHR r/m64, 1 ri dead
48 81 e3 00 fe ff ff ; 0.00 AND r/m64, imm32 ri
7b 6c ; 0.00 JNP rel8 l
0f 80 e0 00 00 00 ; 0.00 JO rel32 l
f3 90 ; 0.00 PAUSE 
f3 44 0f 7f 3f ; 0.00 MOVDQU xmm2/m128, xmm1 mr
48 81 7a 10 2e fb ff ff ; 0.00 CMP r/m64, imm32 mi
4a 8d 0c c5 00 00 00 00 ; 0.00 LEA r64, m rx
81 3d ec ff 12 00 ff ff ff 7f ; 0.00 CMP r/m32, imm32 ai
25 00 00 00 80 dead ; 0.00 AND EAX, imm32 ri dead
48 81 e3 00 fe ff ff dead ; 0.00 AND r/m64, imm32 ri dead
66 a9 f0 0f ; 0.00 TEST AX, imm16 ri
66 48 0f 7e c1 ; 0.00 MOVQ r/m64, xmm rr
f2 0f 11 44 24 30 ; 0.00 MOVSD xmm1/m64, xmm2 mr
48 05 e8 68 01 00 dead ; 0.00 ADD RAX, imm32 ri dead
48 25 00 00 00 fc ; 0.00 AND RAX, imm32 ri
48 d1 f9 dead ; 0.00 SAR r/m64, 1 ri dead
66 45 0f 6f fc ; 0.00 MOVDQA xmm1, xmm2/m128 rr
a9 ff 03 00 00 ; 0.00 TEST EAX, imm32 ri
66 44 0f d6 bc 24 80 00 00 00 ; 0.00 MOVQ xmm2/m64, xmm1 mr
f2 0f 11 05 fa 19 14 00 ; 0.00 MOVSD xmm1/m64, xmm2 ar
48 25 00 e0 ff ff dead ; 0.00 AND RAX, imm32 ri dead
41 c0 e9 02 dead ; 0.00 SHR r/m8, imm8 ri dead
48 0f b6 15 25 00 17 00 ; 0.00 MOVZX r64, r/m8 ra
0f ae f0 ; 0.00 MFENCE 
0f ae e8 ; 0.00 LFENCE 
41 81 c9 00 10 00 00 dead ; 0.00 OR r/m32, imm32 ri dead
48 d1 e6 dead ; 0.00 SHL r/m64, 1 ri dead
85 d2 dead ; 0.00 TEST r/m32, r32 rr dead
c1 e1 06 ; 0.00 SHL r/m32, imm8 ri
81 c3 ff 03 00 00 ; 0.00 ADD r/m32, imm32 ri
66 83 f9 08 ; 0.00 CMP r/m16, imm8 ri
66 81 7a 04 72 73 ; 0.00 CMP r/m16, imm16 mi
48 83 c8 11 ; 0.00 OR r/m64, imm8 ri
6b fa 64 dead ; 0.00 IMUL r32, r/m32, imm8 rri dead
0f 88 0e 01 00 00 ; 0.00 JS rel32 l
f3 0f 1e fa ; 0.00 ENDBR64 
48 d1 e2 ; 0.00 SHL r/m64, 1 ri
66 0f db c2 ; 0.00 PAND xmm1, xmm2/m128 rr
c0 e9 07 ; 0.00 SHR r/m8, imm8 ri
81 c1 fe 03 00 00 dead ; 0.00 ADD r/m32, imm32 ri dead
0f 89 09 fe ff ff ; 0.00 JNS rel32 l
0f 8a f2 00 00 00 ; 0.00 JP rel32 l
f3 41 0f 7e 44 24 48 ; 0.00 MOVQ xmm1, xmm2/m64 rm
48 6b c0 26 ; 0.00 IMUL r64, r/m64, imm8 rri
d1 f8 dead ; 0.00 SAR r/m32, 1 ri dead
81 c9 00 10 00 00 ; 0.00 OR r/m32, imm32 ri
81 f1 20 83 b8 ed ; 0.00 XOR r/m32, imm32 ri
66 0f d6 05 28 89 0a 00 ; 0.00 MOVQ xmm2/m64, xmm1 ar
0f 28 57 10 ; 0.00 MOVAPS xmm1, xmm2/m128 rm
0f 10 7c 16 f0 ; 0.00 MOVUPS xmm1, xmm2/m128 rx
0f 11 7c 17 f0 ; 0.00 MOVUPS xmm2/m128, xmm1 xr
f3 0f 7e 05 80 85 0a 00 ; 0.00 MOVQ xmm1, xmm2/m64 ra
66 0f 28 da ; 0.00 MOVAPD xmm1, xmm2/m128 rr
81 f6 00 01 00 00 dead ; 0.00 XOR r/m32, imm32 ri dead
48 35 ff ff 00 00 ; 0.00 XOR RAX, imm32 ri
f2 0f 11 04 f0 ; 0.00 MOVSD xmm1/m64, xmm2 xr
66 0f eb c4 ; 0.00 POR xmm1, xmm2/m128 rr
35 00 00 01 00 dead ; 0.00 XOR EAX, imm32 ri dead
48 0d 00 08 00 00 dead ; 0.00 OR RAX, imm32 ri dead
66 0f 7e c0 ; 0.00 MOVD r/m32, xmm rr
0f 18 08 ; 0.00 PREFETCHT0 m8 m
81 eb fe 03 00 00 ; 0.00 SUB r/m32, imm32 ri
66 3d 00 01 ; 0.00 CMP AX, imm16 ri
8d 34 8d 00 00 00 00 ; 0.00 LEA r32, m rx
48 0f b6 c6 ; 0.00 MOVZX r64, r/m8 rr
05 78 a4 6a d7 dead ; 0.00 ADD EAX, imm32 ri dead
66 81 e2 00 0c dead ; 0.00 AND r/m16, imm16 ri dead
6a 07 ; 0.00 PUSH imm8 i
66 0f 2f c1 ; 0.00 COMISD xmm1, xmm2/m64 rr
05 22 11 90 6b ; 0.00 ADD EAX, imm32 ri
66 81 e1 ff 7f ; 0.00 AND r/m16, imm16 ri
09 7a 18 ; 0.00 OR r/m32, r32 mr
0f 28 e3 ; 0.00 MOVAPS xmm1, xmm2/m128 rr
f0 41 83 0e 01 ; 0.00 OR r/m32, imm8 mi
48 0d 00 00 00 04 ; 0.00 OR RAX, imm32 ri
d1 c0 ; 0.00 ROL r/m32, 1 ri
`;
