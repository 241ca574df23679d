/** Kinds that arm64 programs execute; see hot.ts. Recorded by tests/bench/hot.ts. Data only. */
export const arms = `
6c 53 44 f9 ; 10.81 LDR Xt, [Xn|SP, #imm12*8] rm
fd 83 1f f8 ; 6.96 STUR Xt, [Xn|SP, #simm9] rm
e1 23 00 91 ; 5.54 ADD Xd|SP, Xn|SP, #imm12sh rri
e2 03 01 aa ; 4.34 ORR Xd, Xn, Xm, shift rzrlsl0
9c 08 00 f0 ; 4.11 ADRP Xd, page ri
fd 23 00 d1 ; 3.29 SUB Xd|SP, Xn|SP, #imm12sh rri
63 00 02 8b ; 3.24 ADD Xd, Xn, Xm, shift rrrlsl0
1f 20 03 d5 ; 2.58 NOP
58 f5 ff 17 ; 2.52 B label l
c0 03 5f d6 ; 2.05 RET Xn r
03 01 00 36 ; 2.03 TBZ Wt, #bit32, label ril
63 33 49 39 ; 2.01 LDRB Wt, [Xn|SP, #imm12] rm
fb 0c 00 94 ; 1.96 BL label l
0c 01 00 b4 ; 1.87 CBZ Xt, label rl
fe 0f 1f f8 ; 1.75 STR Xt, [Xn|SP, #simm9]! rprem
fe 07 42 f8 ; 1.68 LDR Xt, [Xn|SP], #simm9 rpostm
ff 63 30 eb 69 1d 00 54 ; 1.66 SUBS Xd, Xn|SP, Xm, extend zrruxtx0; B.LS label l
20 0c 03 8b ; 1.35 ADD Xd, Xn, Xm, shift rrrlsli
fd 03 1f aa ; 1.21 ORR Xd, Xn, Xm, shift rzzlsl0
e2 03 40 b2 ; 1.17 ORR Xd|SP, Xn, #bitmask64 rzi
e2 2b 40 b9 ; 1.02 LDR Wt, [Xn|SP, #imm12*4] rm
e0 03 40 f9 ; 1.02 LDR Xt, [Xn|SP, #imm12*8] rm0
24 78 64 f8 ; 0.96 LDR Xt, [Xn|SP, Rm, extend] rmx8
e0 0b 00 b9 ; 0.92 STR Wt, [Xn|SP, #imm12*4] rm
63 7c 04 9b ; 0.82 MADD Xd, Xn, Xm, Xa rrrz
9b 00 80 39 ; 0.81 LDRSB Xt, [Xn|SP, #imm12] rm0
25 15 00 37 ; 0.79 TBNZ Wt, #bit32, label ril
e0 0b 80 b9 ; 0.77 LDRSW Xt, [Xn|SP, #imm12*4] rm
f4 63 3b cb ; 0.74 SUB Xd|SP, Xn|SP, Xm, extend rrruxtx0
44 7c c3 9b ; 0.73 UMULH Xd, Xn, Xm rrr
a2 00 00 34 ; 0.68 CBZ Wt, label rl
1f 10 01 f1 62 04 00 54 ; 0.66 SUBS Xd, Xn|SP, #imm12sh zri; B.CS label l
e3 23 00 39 ; 0.60 STRB Wt, [Xn|SP, #imm12] rm
d6 3a c8 ca ; 0.54 EOR Xd, Xn, Xm, shift rrrrori
64 68 60 38 ; 0.54 LDRB Wt, [Xn|SP, Rm, extend] rmx1
43 00 40 b9 ; 0.53 LDR Wt, [Xn|SP, #imm12*4] rm0
21 00 04 ab ; 0.53 ADDS Xd, Xn, Xm, shift rrrlsl0
3f 4c 00 f1 4a 03 00 54 ; 0.53 SUBS Xd, Xn|SP, #imm12sh zri; B.GE label l
21 ec 7c 92 ; 0.52 AND Xd|SP, Xn, #bitmask64 rrI
43 20 c0 9a ; 0.51 LSL Xd, Xn, Xm rrr
60 00 00 35 ; 0.49 CBNZ Wt, label rl
e6 00 04 8a ; 0.47 AND Xd, Xn, Xm, shift rrrlsl0
5f 08 00 71 41 18 00 54 ; 0.46 SUBS Wd, Wn|WSP, #imm12sh zri; B.NE label l
5f a8 00 f1 ; 0.46 SUBS Xd, Xn|SP, #imm12sh zri
c1 00 01 ca ; 0.45 EOR Xd, Xn, Xm, shift rrrlsl0
80 03 00 f9 ; 0.43 STR Xt, [Xn|SP, #imm12*8] rm0
62 8b 56 79 ; 0.42 LDRH Wt, [Xn|SP, #imm12*2] rm
1f 00 01 eb 08 0f 00 54 ; 0.42 SUBS Xd, Xn|SP, Xm, extend zrruxtx0; B.HI label l
60 07 40 a9 ; 0.40 LDP Xt, Xt2, [Xn|SP, #simm7*8] rrm0
9b ff ff b5 ; 0.40 CBNZ Xt, label rl
43 9c 41 8b ; 0.39 ADD Xd, Xn, Xm, shift rrrlsri
63 30 9f 9a ; 0.39 CSEL Xd, Xn, Xm, cond rrz#3
9d fa 3f a9 ; 0.37 STP Xt, Xt2, [Xn|SP, #simm7*8] rrm
fd fb 7f a9 ; 0.37 LDP Xt, Xt2, [Xn|SP, #simm7*8] rrm
42 03 02 ba dead ; 0.36 ADCS Xd, Xn, Xm rrr dead
ff 63 30 eb ; 0.34 SUBS Xd, Xn|SP, Xm, extend zrruxtx0
85 00 40 92 ; 0.34 AND Xd|SP, Xn, #bitmask64 rri
80 00 00 39 ; 0.33 STRB Wt, [Xn|SP, #imm12] rm0
7f 0b 02 f9 ; 0.33 STR Xt, [Xn|SP, #imm12*8] zm
22 78 20 f8 ; 0.30 STR Xt, [Xn|SP, Rm, extend] rmx8
1f 00 01 eb 4a 01 00 54 ; 0.30 SUBS Xd, Xn|SP, Xm, extend zrruxtx0; B.GE label l
03 fd 48 d3 ; 0.30 UBFM Xd, Xn, #=immr, #=imms rr#8 #63
85 1c 40 d3 ; 0.29 UBFM Xd, Xn, #=immr, #=imms rr#0 #7
9f 00 03 eb 62 01 00 54 ; 0.29 SUBS Xd, Xn|SP, Xm, extend zrruxtx0; B.CS label l
03 00 40 39 ; 0.28 LDRB Wt, [Xn|SP, #imm12] rm0
82 fc df c8 ; 0.28 LDAR Xt, [Xn|SP] rm0
e3 5b 00 79 ; 0.27 STRH Wt, [Xn|SP, #imm12*2] rm
e1 03 01 2a ; 0.27 ORR Wd, Wn, Wm, shift rzrlsl0
24 20 a0 f2 ; 0.26 MOVK Xd, #imm16, hw rilsl16
e6 00 04 aa ; 0.26 ORR Xd, Xn, Xm, shift rrrlsl0
3f 01 06 6b e2 fe ff 54 ; 0.24 SUBS Wd, Wn, Wm, shift zrrlsl0; B.CS label l
42 00 26 8a ; 0.24 BIC Xd, Xn, Xm, shift rrrlsl0
7f 03 02 eb 61 00 00 54 ; 0.24 SUBS Xd, Xn|SP, Xm, extend zrruxtx0; B.NE label l
1f 10 00 f1 4b ff ff 54 ; 0.24 SUBS Xd, Xn|SP, #imm12sh zri; B.LT label l
1f 00 01 eb a0 00 00 54 ; 0.23 SUBS Xd, Xn|SP, Xm, extend zrruxtx0; B.EQ label l
06 05 46 ca ; 0.22 EOR Xd, Xn, Xm, shift rrrlsri
3f 08 40 f1 88 03 00 54 ; 0.22 SUBS Xd, Xn|SP, #imm12sh zri; B.HI label l
1f 00 01 eb 6d 00 00 54 ; 0.21 SUBS Xd, Xn|SP, Xm, extend zrruxtx0; B.LE label l
8c 85 be 4e ; 0.20 ADD Vd.4S, Vn.4S, Vm.4S rrr
c7 fc 43 d3 ; 0.20 UBFM Xd, Xn, #=immr, #=imms rr#3 #63
42 cc c3 93 ; 0.20 EXTR Xd, Xn, Xm, #=imms rrr#51
64 fc df 88 ; 0.19 LDAR Wt, [Xn|SP] rm0
9f 04 00 f1 6d 00 00 54 ; 0.19 SUBS Xd, Xn|SP, #imm12sh zri; B.LE label l
01 3c 40 d3 ; 0.19 UBFM Xd, Xn, #=immr, #=imms rr#0 #15
1f 00 04 eb cb fe ff 54 ; 0.18 SUBS Xd, Xn|SP, Xm, extend zrruxtx0; B.LT label l
e5 17 9f 9a ; 0.18 CSINC Xd, Xn, Xm, cond rzz#1
ad 1d 2d 6e ; 0.18 EOR Vd.16B, Vn.16B, Vm.16B rrr
5f a8 00 f1 e1 09 00 54 ; 0.18 SUBS Xd, Xn|SP, #imm12sh zri; B.NE label l
5f fc 00 a9 ; 0.17 STP Xt, Xt2, [Xn|SP, #simm7*8] zzm
21 00 07 ba ; 0.16 ADCS Xd, Xn, Xm rrr
7f 83 2c 39 ; 0.16 STRB Wt, [Xn|SP, #imm12] zm
a1 68 22 38 ; 0.15 STRB Wt, [Xn|SP, Rm, extend] rmx1
3f 00 02 eb 0c 01 00 54 ; 0.15 SUBS Xd, Xn|SP, Xm, extend zrruxtx0; B.GT label l
44 02 f8 b7 ; 0.15 TBNZ Xt, #bit64, label ril
df 00 07 eb 63 00 00 54 ; 0.15 SUBS Xd, Xn|SP, Xm, extend zrruxtx0; B.CC label l
43 24 c1 9a ; 0.14 LSR Xd, Xn, Xm rrr
84 00 1b 0b ; 0.14 ADD Wd, Wn, Wm, shift rrrlsl0
7f 03 02 6b 61 00 00 54 ; 0.13 SUBS Wd, Wn, Wm, shift zrrlsl0; B.NE label l
45 fc 87 8a ; 0.13 AND Xd, Xn, Xm, shift rrrasri
40 00 01 9b ; 0.12 MADD Xd, Xn, Xm, Xa rrrr
e1 8b 45 29 ; 0.12 LDP Wt, Wt2, [Xn|SP, #simm7*4] rrm
4a 11 c0 da ; 0.12 CLZ Xd, Xn rr
2a 01 c0 da ; 0.11 RBIT Xd, Xn rr
83 9c 03 aa ; 0.11 ORR Xd, Xn, Xm, shift rrrlsli
e7 03 01 cb ; 0.11 SUB Xd, Xn, Xm, shift rzrlsl0
3f 30 00 f1 60 06 00 54 ; 0.11 SUBS Xd, Xn|SP, #imm12sh zri; B.EQ label l
40 00 3f d6 ; 0.11 BLR Xn r
ff 27 00 b9 ; 0.11 STR Wt, [Xn|SP, #imm12*4] zm
7f b4 00 71 60 00 00 54 ; 0.11 SUBS Wd, Wn|WSP, #imm12sh zri; B.EQ label l
43 00 e4 f8 ; 0.11 LDADDAL Xs, Xt, [Xn|SP] rrm0
e2 0f 03 29 ; 0.11 STP Wt, Wt2, [Xn|SP, #simm7*4] rrm
02 20 c0 f2 ; 0.10 MOVK Xd, #imm16, hw rilsl32
1f 7c 81 a8 ; 0.10 STP Xt, Xt2, [Xn|SP], #simm7*8 zzpostm
20 00 82 9a ; 0.10 CSEL Xd, Xn, Xm, cond rrr#0
16 49 c8 93 ; 0.10 EXTR Xd, Xn, Xm, #=imms rrr#18
99 88 c4 93 ; 0.10 EXTR Xd, Xn, Xm, #=imms rrr#34
02 00 80 92 ; 0.10 MOVN Xd, #imm16, hw rilsl0
5f 00 50 f1 69 00 00 54 ; 0.10 SUBS Xd, Xn|SP, #imm12sh zri; B.LS label l
69 1d 00 54 ; 0.09 B.LS label l
9f 00 05 6b 40 01 00 54 ; 0.09 SUBS Wd, Wn, Wm, shift zrrlsl0; B.EQ label l
df 14 00 72 61 01 00 54 ; 0.09 ANDS Wd, Wn, #bitmask32 zri; B.NE label l
5f 00 01 6b 09 ff ff 54 ; 0.09 SUBS Wd, Wn, Wm, shift zrrlsl0; B.LS label l
40 00 f8 b6 ; 0.09 TBZ Xt, #bit64, label ril
64 7c 40 93 ; 0.09 SBFM Xd, Xn, #=immr, #=imms rr#0 #31
00 7c 41 d3 ; 0.08 UBFM Xd, Xn, #=immr, #=imms rr#1 #31
a6 f0 7d d3 ; 0.08 UBFM Xd, Xn, #=immr, #=imms rr#61 #60
20 78 60 78 ; 0.08 LDRH Wt, [Xn|SP, Rm, extend] rmx2
19 23 d8 93 ; 0.08 EXTR Xd, Xn, Xm, #=imms rrr#8
d8 f6 d6 93 ; 0.08 EXTR Xd, Xn, Xm, #=imms rrr#61
23 f1 eb f2 ; 0.08 MOVK Xd, #imm16, hw rilsl48
c6 80 02 1b ; 0.07 MSUB Wd, Wn, Wm, Wa rrrr
a1 30 81 9a ; 0.07 CSEL Xd, Xn, Xm, cond rrr#3
21 10 9f 9a ; 0.07 CSEL Xd, Xn, Xm, cond rrz#1
1f 7c 00 a9 ; 0.07 STP Xt, Xt2, [Xn|SP, #simm7*8] zzm0
87 00 80 b9 ; 0.06 LDRSW Xt, [Xn|SP, #imm12*4] rm0
e6 00 00 b9 ; 0.06 STR Wt, [Xn|SP, #imm12*4] rm0
26 20 43 d3 ; 0.06 UBFM Xd, Xn, #=immr, #=imms rr#3 #8
21 fc 49 d3 ; 0.06 UBFM Xd, Xn, #=immr, #=imms rr#9 #63
a0 07 00 54 ; 0.06 B.EQ label l
7f 00 00 f1 6c 00 00 54 ; 0.06 SUBS Xd, Xn|SP, #imm12sh zri; B.GT label l
23 00 40 b2 ; 0.06 ORR Xd|SP, Xn, #bitmask64 rri
21 78 66 b8 ; 0.06 LDR Wt, [Xn|SP, Rm, extend] rmx4
06 08 c2 1a ; 0.06 UDIV Wd, Wn, Wm rrr
1f 00 20 71 a8 ff ff 54 ; 0.06 SUBS Wd, Wn|WSP, #imm12sh zri; B.HI label l
87 fc fb c8 ; 0.05 CASAL Xs, Xt, [Xn|SP] rrm0
03 14 40 b8 ; 0.05 LDR Wt, [Xn|SP], #simm9 rpostm
5f 04 40 f1 c3 13 00 54 ; 0.05 SUBS Xd, Xn|SP, #imm12sh zri; B.CC label l
7f 03 02 6b ; 0.05 SUBS Wd, Wn, Wm, shift zrrlsl0
45 a4 55 d3 ; 0.05 UBFM Xd, Xn, #=immr, #=imms rr#21 #41
42 f8 6a d3 ; 0.05 UBFM Xd, Xn, #=immr, #=imms rr#42 #62
c2 80 82 9a ; 0.05 CSEL Xd, Xn, Xm, cond rrr#8
66 1b 00 a9 ; 0.05 STP Xt, Xt2, [Xn|SP, #simm7*8] rrm0
41 68 a1 b8 ; 0.05 LDRSW Xt, [Xn|SP, Rm, extend] rmx1
94 1c a4 4e ; 0.05 ORR Vd.16B, Vn.16B, Vm.16B rrr
1f 24 40 f2 81 00 00 54 ; 0.05 ANDS Xd, Xn, #bitmask64 zri; B.NE label l
60 8b 89 39 ; 0.05 LDRSB Xt, [Xn|SP, #imm12] rm
03 80 e2 38 ; 0.05 SWPALB Ws, Wt, [Xn|SP] rrm0
e4 7f 40 b2 ; 0.05 ORR Xd|SP, Xn, #bitmask64 rzI
65 fc fb 88 ; 0.05 CASAL Ws, Wt, [Xn|SP] rrm0
03 80 ff 38 ; 0.05 SWPALB Ws, Wt, [Xn|SP] zrm0
85 00 e3 b8 ; 0.05 LDADDAL Ws, Wt, [Xn|SP] rrm0
6b 7d 45 d3 ; 0.04 UBFM Xd, Xn, #=immr, #=imms rr#5 #31
84 00 0d 4a ; 0.04 EOR Wd, Wn, Wm, shift rrrlsl0
28 fc 73 d3 ; 0.04 UBFM Xd, Xn, #=immr, #=imms rr#51 #63
9f 00 04 71 c3 00 00 54 ; 0.04 SUBS Wd, Wn|WSP, #imm12sh zri; B.CC label l
01 7c 7d d3 ; 0.04 UBFM Xd, Xn, #=immr, #=imms rr#61 #31
01 00 00 d4 ; 0.04 SVC #imm16 i
1f 20 40 71 82 00 00 54 ; 0.04 SUBS Wd, Wn|WSP, #imm12sh zri; B.CS label l
8c 09 60 6e ; 0.04 REV32 Vd.8H, Vn.8H rr
c4 57 2c 4f ; 0.04 SHL Vd.4S, Vn.4S, #shl32 rr#12
c4 57 27 4f ; 0.04 SHL Vd.4S, Vn.4S, #shl32 rr#7
c4 47 27 6f ; 0.04 SRI Vd.4S, Vn.4S, #shr32 rr#25
8c 01 1f 4e ; 0.04 TBL Vd.16B, {Vn.16B}, Vm.16B rrr
c4 47 2c 6f ; 0.04 SRI Vd.4S, Vn.4S, #shr32 rr#20
04 48 88 52 ; 0.04 MOVZ Wd, #imm16, hw rilsl0
e3 07 9f 9a ; 0.04 CSINC Xd, Xn, Xm, cond rzz#0
62 04 00 54 ; 0.04 B.CS label l
e4 01 a0 72 ; 0.04 MOVK Wd, #imm16, hw rilsl16
84 7c 05 1b ; 0.04 MADD Wd, Wn, Wm, Wa rrrz
5f 08 00 71 ; 0.04 SUBS Wd, Wn|WSP, #imm12sh zri
1f c0 00 79 ; 0.03 STRH Wt, [Xn|SP, #imm12*2] zm
8c 00 00 54 ; 0.03 B.GT label l
8b 68 63 f8 ; 0.03 LDR Xt, [Xn|SP, Rm, extend] rmx1
1f 00 05 6a 01 18 00 54 ; 0.03 ANDS Wd, Wn, Wm, shift zrrlsl0; B.NE label l
83 0c 03 cb ; 0.03 SUB Xd, Xn, Xm, shift rrrlsli
3f 04 1f 72 60 fd ff 54 ; 0.03 ANDS Wd, Wn, #bitmask32 zri; B.EQ label l
1f 00 00 f9 ; 0.03 STR Xt, [Xn|SP, #imm12*8] zm0
a5 74 7e d3 ; 0.03 UBFM Xd, Xn, #=immr, #=imms rr#62 #29
3f 18 44 eb a3 ff ff 54 ; 0.03 SUBS Xd, Xn, Xm, shift zrrlsri; B.CC label l
23 8c 20 6e ; 0.03 CMEQ Vd.16B, Vn.16B, Vm.16B rrr
5f 04 00 71 8c 00 00 54 ; 0.03 SUBS Wd, Wn|WSP, #imm12sh zri; B.GT label l
21 fc 7f 93 ; 0.02 SBFM Xd, Xn, #=immr, #=imms rr#63 #63
63 0c c0 da ; 0.02 REV Xd, Xn rr
63 78 7f d3 ; 0.02 UBFM Xd, Xn, #=immr, #=imms rr#63 #30
3f 00 04 6b 4c ff ff 54 ; 0.02 SUBS Wd, Wn, Wm, shift zrrlsl0; B.GT label l
1f 00 00 71 4d 02 00 54 ; 0.02 SUBS Wd, Wn|WSP, #imm12sh zri; B.LE label l
63 1c 25 4e ; 0.02 AND Vd.16B, Vn.16B, Vm.16B rrr
66 bc 24 4e ; 0.02 ADDP Vd.16B, Vn.16B, Vm.16B rrr
c6 3c 08 4e ; 0.02 UMOV Xd, Vn.D[index] r[0]
04 78 26 b8 ; 0.02 STR Wt, [Xn|SP, Rm, extend] rmx4
01 00 a2 d2 ; 0.02 MOVZ Xd, #imm16, hw rilsl16
ac 99 99 f2 ; 0.02 MOVK Xd, #imm16, hw rilsl0
44 7c 58 d3 ; 0.02 UBFM Xd, Xn, #=immr, #=imms rr#24 #31
84 1c 41 d3 ; 0.02 UBFM Xd, Xn, #=immr, #=imms rr#1 #7
9f 00 03 6b 68 00 00 54 ; 0.02 SUBS Wd, Wn, Wm, shift zrrlsl0; B.HI label l
84 fc 65 d3 ; 0.02 UBFM Xd, Xn, #=immr, #=imms rr#37 #63
62 40 09 5e ; 0.02 SHA256H Qd, Qn, Vm.4S rrr
03 51 09 5e ; 0.02 SHA256H2 Qd, Qn, Vm.4S rrr
82 fc 9f c8 ; 0.02 STLR Xt, [Xn|SP] rm0
5f 34 4c eb ; 0.02 SUBS Xd, Xn, Xm, shift zrrlsri
29 01 05 0a ; 0.02 AND Wd, Wn, Wm, shift rrrlsl0
4a 01 09 2a ; 0.02 ORR Wd, Wn, Wm, shift rrrlsl0
01 c9 73 d3 ; 0.02 UBFM Xd, Xn, #=immr, #=imms rr#51 #50
29 fd 5a d3 ; 0.02 UBFM Xd, Xn, #=immr, #=imms rr#26 #63
27 11 87 9a ; 0.02 CSEL Xd, Xn, Xm, cond rrr#1
23 fc 46 d3 ; 0.02 UBFM Xd, Xn, #=immr, #=imms rr#6 #63
e0 ff 00 a9 ; 0.02 STP Xt, Xt2, [Xn|SP, #simm7*8] rzm
e3 03 23 aa ; 0.02 ORN Xd, Xn, Xm, shift rzrlsl0
80 68 26 f8 ; 0.02 STR Xt, [Xn|SP, Rm, extend] rmx1
30 44 c1 ac ; 0.02 LDP Qt, Qt2, [Xn|SP], #simm7*16 rrpostm
1f 00 05 6a ; 0.02 ANDS Wd, Wn, Wm, shift zrrlsl0
1f fc 3f b1 ; 0.02 ADDS Xd, Xn|SP, #imm12sh zri
c7 7c 45 93 ; 0.02 SBFM Xd, Xn, #=immr, #=imms rr#5 #31
e8 97 9f 9a ; 0.02 CSINC Xd, Xn, Xm, cond rzz#9
bf 00 07 6b 03 01 00 54 ; 0.02 SUBS Wd, Wn, Wm, shift zrrlsl0; B.CC label l
01 00 00 79 ; 0.02 STRH Wt, [Xn|SP, #imm12*2] rm0
7f 03 1f 6b ; 0.01 SUBS Wd, Wn, Wm, shift zrzlsl0
08 0f 00 54 ; 0.01 B.HI label l
63 b0 84 9a ; 0.01 CSEL Xd, Xn, Xm, cond rrr#11
a4 28 28 5e ; 0.01 SHA256SU0 Vd.4S, Vn.4S rr
c4 60 07 5e ; 0.01 SHA256SU1 Vd.4S, Vn.4S, Vm.4S rrr
61 00 00 54 ; 0.01 B.NE label l
21 80 00 f1 ; 0.01 SUBS Xd, Xn|SP, #imm12sh rri
03 07 00 54 ; 0.01 B.CC label l
5f fc 9f 88 ; 0.01 STLR Wt, [Xn|SP] zm0
1f fc 9f 08 ; 0.01 STLRB Wt, [Xn|SP] zm0
84 0c 40 f2 ; 0.01 ANDS Xd, Xn, #bitmask64 rri
68 48 88 cb ; 0.01 SUB Xd, Xn, Xm, shift rrrasri
`;

export const others = `
c0 4b 28 4e ; 0.03 AESE Vd.16B, Vn.16B rr
00 68 28 4e ; 0.02 AESMC Vd.16B, Vn.16B rr
42 1c 40 93 ; 0.01 SBFM Xd, Xn, #=immr, #=imms rr#0 #7
a5 00 40 d2 ; 0.01 EOR Xd|SP, Xn, #bitmask64 rri
03 00 40 79 ; 0.01 LDRH Wt, [Xn|SP, #imm12*2] rm0
64 7c 60 d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#32 #31
9f 08 00 31 ; 0.01 ADDS Wd, Wn|WSP, #imm12sh zri
81 94 03 9b ; 0.01 MSUB Xd, Xn, Xm, Xa rrrr
9f 00 01 72 ; 0.01 ANDS Wd, Wn, #bitmask32 zri
80 70 df 4c ; 0.01 LD1 {Vt.16B}, [Xn|SP], #16 rpostm
df 78 22 f8 ; 0.01 STR Xt, [Xn|SP, Rm, extend] zmx8
f1 63 3b eb ; 0.01 SUBS Xd, Xn|SP, Xm, extend rrruxtx0
08 00 f0 d2 ; 0.01 MOVZ Xd, #imm16, hw rilsl48
a5 08 c1 9a ; 0.01 UDIV Xd, Xn, Xm rrr
21 fc 45 93 ; 0.01 SBFM Xd, Xn, #=immr, #=imms rr#5 #63
c6 7c 5f 93 ; 0.01 SBFM Xd, Xn, #=immr, #=imms rr#31 #31
e5 a7 9f 9a ; 0.01 CSINC Xd, Xn, Xm, cond rzz#10
64 fc 5d d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#29 #63
1f 8c 00 a9 ; 0.01 STP Xt, Xt2, [Xn|SP, #simm7*8] zrm
9f 34 02 eb ; 0.01 SUBS Xd, Xn, Xm, shift zrrlsli
06 14 40 78 ; 0.01 LDRH Wt, [Xn|SP], #simm9 rpostm
e3 03 00 32 ; 0.01 ORR Wd|WSP, Wn, #bitmask32 rzi
40 0c 01 4e ; 0.01 DUP Vd.16B, Wn rr
a5 0c 04 4e ; 0.01 DUP Vd.4S, Wn rr
ff 03 1f eb ; 0.01 SUBS Xd, Xn, Xm, shift zzzlsl0
63 13 40 29 ; 0.01 LDP Wt, Wt2, [Xn|SP, #simm7*4] rrm0
04 35 46 cb ; 0.01 SUB Xd, Xn, Xm, shift rrrlsri
64 fc 60 d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#32 #63
03 a4 80 da ; 0.01 CSNEG Xd, Xn, Xm, cond rrr#10
a5 68 67 b8 ; 0.01 LDR Wt, [Xn|SP, Rm, extend] rmx1
20 74 0b d5 ; 0.01 DC ZVA, Xt r
e7 68 55 d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#21 #26
bf fc fb c8 ; 0.01 CASAL Xs, Xt, [Xn|SP] rzm0
24 f9 7f d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#63 #62
41 fc 9f 88 ; 0.01 STLR Wt, [Xn|SP] rm0
df 3f 03 d5 ; 0.01 ISB #=CRm #15
2c 34 c4 a9 ; 0.01 LDP Xt, Xt2, [Xn|SP, #simm7*8]! rrprem
01 e0 3b d5 ; 0.01 MRS Xt, CNTFRQ_EL0 r
00 fc 5e d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#30 #63
4b ff ff 54 ; 0.01 B.LT label l
25 fc 56 d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#22 #63
09 15 43 d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#3 #5
83 c0 83 9a ; 0.01 CSEL Xd, Xn, Xm, cond rrr#12
e7 7c 7e d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#62 #31
65 30 e1 38 ; 0.01 LDSETALB Ws, Wt, [Xn|SP] rrm0
6c 34 84 a9 ; 0.01 STP Xt, Xt2, [Xn|SP, #simm7*8]! rrprem
1f 24 40 f2 ; 0.01 ANDS Xd, Xn, #bitmask64 zri
40 fc 41 d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#1 #63
1f 00 01 ea ; 0.01 ANDS Xd, Xn, Xm, shift zrrlsl0
84 f4 7e d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#62 #61
3e 1c 08 4e ; 0.01 INS Vd.D[index], Xn [0]r
e7 7c 5d d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#29 #31
64 64 50 d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#16 #25
e1 1b 40 fd ; 0.01 LDR Dt, [Xn|SP, #imm12*8] rm
42 fc 61 d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#33 #63
04 14 c1 a8 ; 0.01 LDP Xt, Xt2, [Xn|SP], #simm7*8 rrpostm
66 0c 43 d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#3 #3
83 fc 1b c8 ; 0.01 STLXR Ws, Xt, [Xn|SP] rrm0
9b fc 5f c8 ; 0.01 LDAXR Xt, [Xn|SP] rm0
21 04 41 d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#1 #1
86 fc 42 d3 ; 0.01 UBFM Xd, Xn, #=immr, #=imms rr#2 #63
e8 27 9f 9a ; 0.01 CSINC Xd, Xn, Xm, cond rzz#2
a2 a0 9f 9a ; 0.01 CSEL Xd, Xn, Xm, cond rrz#10
41 3c 43 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#3 #15
20 20 9f 4c ; 0.00 ST1 {Vt.16B, Vt2.16B, Vt3.16B, Vt4.16B}, [Xn|SP], #64 rrrrpostm
44 fc 4c d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#12 #63
08 20 60 1e ; 0.00 FCMP Dn, #0.0 r
4d 02 00 54 ; 0.00 B.LE label l
21 3c 4d d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#13 #15
84 00 06 ea ; 0.00 ANDS Xd, Xn, Xm, shift rrrlsl0
23 fc 63 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#35 #63
21 fc 4f d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#15 #63
c9 00 29 ca ; 0.00 EON Xd, Xn, Xm, shift rrrlsl0
22 30 e0 b8 ; 0.00 LDSETAL Ws, Wt, [Xn|SP] rrm0
04 04 c0 d2 ; 0.00 MOVZ Xd, #imm16, hw rilsl32
63 fc 7d d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#61 #63
28 fd 44 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#4 #63
22 10 fb b8 ; 0.00 LDCLRAL Ws, Wt, [Xn|SP] rrm0
10 44 81 ac ; 0.00 STP Qt, Qt2, [Xn|SP], #simm7*16 rrpostm
7e a9 40 4c ; 0.00 LD1 {Vt.4S, Vt2.4S}, [Xn|SP] rrm0
40 1c 73 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#51 #7
08 91 9f 9a ; 0.00 CSEL Xd, Xn, Xm, cond rrz#9
27 54 4d d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#13 #21
03 00 66 9e ; 0.00 FMOV Xd, Dn rr
5e 1c 18 4e ; 0.00 INS Vd.D[index], Xn [1]r
e2 87 9f 9a ; 0.00 CSINC Xd, Xn, Xm, cond rzz#8
10 45 41 ad ; 0.00 LDP Qt, Qt2, [Xn|SP, #simm7*16] rrm
f0 44 01 ad ; 0.00 STP Qt, Qt2, [Xn|SP, #simm7*16] rrm
c6 bc e6 4e ; 0.00 ADDP Vd.2D, Vn.2D, Vm.2D rrr
4a 01 00 54 ; 0.00 B.GE label l
80 00 67 9e ; 0.00 FMOV Dd, Xn rr
62 70 40 4c ; 0.00 LD1 {Vt.16B}, [Xn|SP] rm0
a7 fc 5f 08 ; 0.00 LDAXRB Wt, [Xn|SP] rm0
00 08 c0 5a ; 0.00 REV Wd, Wn rr
60 7c 43 93 ; 0.00 SBFM Xd, Xn, #=immr, #=imms rr#3 #31
63 13 40 69 ; 0.00 LDPSW Xt, Xt2, [Xn|SP, #simm7*4] rrm0
80 90 85 9a ; 0.00 CSEL Xd, Xn, Xm, cond rrr#9
81 00 73 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#51 #0
e4 d7 9f 9a ; 0.00 CSINC Xd, Xn, Xm, cond rzz#13
04 e8 ff 4d ; 0.00 LD4R {Vt.4S, Vt2.4S, Vt3.4S, Vt4.4S}, [Xn|SP], #16 rrrrpostm
a6 fc 47 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#7 #63
a5 fc 45 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#5 #63
63 00 41 b2 ; 0.00 ORR Xd|SP, Xn, #bitmask64 rrI
6c 01 c0 5a ; 0.00 RBIT Wd, Wn rr
8c 11 c0 5a ; 0.00 CLZ Wd, Wn rr
20 00 9f 9a ; 0.00 CSEL Xd, Xn, Xm, cond rrz#0
00 58 20 0e ; 0.00 CNT Vd.8B, Vn.8B rr
00 38 30 2e ; 0.00 UADDLV Hd, Vn.8B rr
00 84 40 4d ; 0.00 LD1 {Vt.D}[Q], [Xn|SP] [1]m0
a6 fc 1b 08 ; 0.00 STLXRB Ws, Wt, [Xn|SP] rrm0
f0 44 00 ad ; 0.00 STP Qt, Qt2, [Xn|SP, #simm7*16] rrm0
e8 68 60 78 ; 0.00 LDRH Wt, [Xn|SP, Rm, extend] rmx1
40 21 df 4c ; 0.00 LD1 {Vt.16B, Vt2.16B, Vt3.16B, Vt4.16B}, [Xn|SP], #64 rrrrpostm
03 ed 7c d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#60 #59
63 c0 9f 9a ; 0.00 CSEL Xd, Xn, Xm, cond rrz#12
02 80 df 4d ; 0.00 LD1 {Vt.S}[Q_S], [Xn|SP], #4 [2]postm
66 7c 5a d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#26 #31
e3 d4 87 9a ; 0.00 CSINC Xd, Xn, Xm, cond rrr#13
05 14 40 38 ; 0.00 LDRB Wt, [Xn|SP], #simm9 rpostm
bf 00 22 eb ; 0.00 SUBS Xd, Xn|SP, Wm, extend zrruxtb0
6b 15 8b 9a ; 0.00 CSINC Xd, Xn, Xm, cond rrr#1
1f 04 05 29 ; 0.00 STP Wt, Wt2, [Xn|SP, #simm7*4] zrm
e4 07 04 cb ; 0.00 SUB Xd, Xn, Xm, shift rzrlsli
1f 00 00 b9 ; 0.00 STR Wt, [Xn|SP, #imm12*4] zm0
02 80 e1 b8 ; 0.00 SWPAL Ws, Wt, [Xn|SP] rrm0
21 08 62 1e ; 0.00 FMUL Dd, Dn, Dm rrr
1f fc 1b 08 ; 0.00 STLXRB Ws, Wt, [Xn|SP] rzm0
02 18 40 4d ; 0.00 LD1 {Vt.B}[Q_S_size], [Xn|SP] [14]m0
e5 b7 9f 9a ; 0.00 CSINC Xd, Xn, Xm, cond rzz#11
c4 04 4b aa ; 0.00 ORR Xd, Xn, Xm, shift rrrlsri
00 00 f0 92 ; 0.00 MOVN Xd, #imm16, hw rilsl48
40 e9 60 4d ; 0.00 LD4R {Vt.4S, Vt2.4S, Vt3.4S, Vt4.4S}, [Xn|SP] rrrrm0
ec cb 40 4d ; 0.00 LD1R {Vt.4S}, [Xn|SP] rm0
02 50 df 4d ; 0.00 LD1 {Vt.H}[Q_S_size], [Xn|SP], #2 [6]postm
7f d4 76 f2 ; 0.00 ANDS Xd, Xn, #bitmask64 zrI
c4 7c 5c d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#28 #31
28 59 41 8a ; 0.00 AND Xd, Xn, Xm, shift rrrlsri
63 0f 00 29 ; 0.00 STP Wt, Wt2, [Xn|SP, #simm7*4] rrm0
e0 03 67 9e ; 0.00 FMOV Dd, Xn rz
02 fc 4a d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#10 #63
60 00 62 9e ; 0.00 SCVTF Dd, Xn rr
00 94 80 da ; 0.00 CSNEG Xd, Xn, Xm, cond rrr#9
c1 00 63 9e ; 0.00 UCVTF Dd, Xn rr
c9 68 25 b8 ; 0.00 STR Wt, [Xn|SP, Rm, extend] rmx1
7f 03 1f eb ; 0.00 SUBS Xd, Xn, Xm, shift zrzlsl0
00 20 60 1e ; 0.00 FCMP Dn, Dm rr
5f 00 01 2b ; 0.00 ADDS Wd, Wn, Wm, shift zrrlsl0
7f 0b 00 a9 ; 0.00 STP Xt, Xt2, [Xn|SP, #simm7*8] zrm0
01 50 67 1e ; 0.00 FMOV Dd, #float64 rI
5f 00 00 ab ; 0.00 ADDS Xd, Xn, Xm, shift zrrlsl0
62 38 62 1e ; 0.00 FSUB Dd, Dn, Dm rrr
3f fc 9f c8 ; 0.00 STLR Xt, [Xn|SP] zm0
b0 1d 44 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#4 #7
60 71 00 4c ; 0.00 ST1 {Vt.16B}, [Xn|SP] rm0
42 78 a0 b8 ; 0.00 LDRSW Xt, [Xn|SP, Rm, extend] rmx4
3b 0c c2 9a ; 0.00 SDIV Xd, Xn, Xm rrr
01 7c 4d d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#13 #31
44 fc 4d d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#13 #63
1f 7c 84 a9 ; 0.00 STP Xt, Xt2, [Xn|SP, #simm7*8]! zzprem
23 7c 49 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#9 #31
23 78 65 fc ; 0.00 LDR Dt, [Xn|SP, Rm, extend] rmx8
9b fc 5f 88 ; 0.00 LDAXR Wt, [Xn|SP] rm0
e9 0c 09 8a ; 0.00 AND Xd, Xn, Xm, shift rrrlsli
46 08 86 8b ; 0.00 ADD Xd, Xn, Xm, shift rrrasri
20 00 42 1f ; 0.00 FMADD Dd, Dn, Dm, Da rrrr
25 64 4d d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#13 #25
83 fc 1b 88 ; 0.00 STLXR Ws, Wt, [Xn|SP] rrm0
22 00 40 fd ; 0.00 LDR Dt, [Xn|SP, #imm12*8] rm0
30 08 c0 3d ; 0.00 LDR Qt, [Xn|SP, #imm12*16] rm
10 08 80 3d ; 0.00 STR Qt, [Xn|SP, #imm12*16] rm
88 8c e0 6e ; 0.00 CMEQ Vd.2D, Vn.2D, Vm.2D rrr
63 7c 46 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#6 #31
40 28 60 1e ; 0.00 FADD Dd, Dn, Dm rrr
22 68 63 fc ; 0.00 LDR Dt, [Xn|SP, Rm, extend] rmx1
69 55 53 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#19 #21
64 f8 74 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#52 #62
65 cc 6f d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#47 #51
66 b8 5b d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#27 #46
63 fc 6c d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#44 #63
01 00 78 1e ; 0.00 FCVTZS Wd, Dn rr
9f 00 00 f1 dead ; 0.00 SUBS Xd, Xn|SP, #imm12sh zri dead
42 e4 7a d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#58 #57
20 18 62 1e ; 0.00 FDIV Dd, Dn, Dm rrr
02 84 df 0d ; 0.00 LD1 {Vt.D}[Q], [Xn|SP], #8 [0]postm
a4 00 00 54 ; 0.00 B.MI label l
e7 fc 51 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#17 #63
40 00 27 1e ; 0.00 FMOV Sd, Wn rr
00 20 20 1e ; 0.00 FCMP Sn, Sm rr
08 21 9f 9a ; 0.00 CSEL Xd, Xn, Xm, cond rrz#2
1f 00 00 79 ; 0.00 STRH Wt, [Xn|SP, #imm12*2] zm0
00 04 c0 93 ; 0.00 EXTR Xd, Xn, Xm, #=imms rrr#1
63 04 83 9a ; 0.00 CSINC Xd, Xn, Xm, cond rrr#0
ff 0f 1f f8 ; 0.00 STR Xt, [Xn|SP, #simm9]! zprem
60 84 83 9a ; 0.00 CSINC Xd, Xn, Xm, cond rrr#8
6a a0 45 fa ; 0.00 CCMP Xn, Xm, #nzcv, cond rri#10
c7 1c 45 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#5 #7
00 24 80 da ; 0.00 CSNEG Xd, Xn, Xm, cond rrr#2
00 00 79 9e ; 0.00 FCVTZU Xd, Dn rr
62 80 ff b8 ; 0.00 SWPAL Ws, Wt, [Xn|SP] zrm0
e1 2f 40 bd ; 0.00 LDR St, [Xn|SP, #imm12*4] rm
44 d4 76 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#54 #53
e0 03 27 1e ; 0.00 FMOV Sd, Wn rz
20 14 81 da ; 0.00 CSNEG Xd, Xn, Xm, cond rrr#1
00 94 66 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#38 #37
e9 0f 48 cb ; 0.00 SUB Xd, Xn, Xm, shift rzrlsri
e3 00 3b d5 ; 0.00 MRS Xt, DCZID_EL0 r
65 0c 00 12 ; 0.00 AND Wd|WSP, Wn, #bitmask32 rri
25 21 c5 1a ; 0.00 LSL Wd, Wn, Wm rrr
85 7c 6a 93 ; 0.00 SBFM Xd, Xn, #=immr, #=imms rr#42 #31
05 3d 18 4e ; 0.00 UMOV Xd, Vn.D[index] r[1]
02 fd 41 93 ; 0.00 SBFM Xd, Xn, #=immr, #=imms rr#1 #63
25 fc 58 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#24 #63
63 0c 74 d3 ; 0.00 UBFM Xd, Xn, #=immr, #=imms rr#52 #3
`;
