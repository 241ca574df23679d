/**
 * AVX-512: F, CD, BW, DQ, VL, VBMI, VBMI2, IFMA, VNNI, BITALG, VPOPCNTDQ, GFNI, VAES, VPCLMULQDQ, and the opmask
 * instructions. SDM 2C under each name. Text only. Left out: ER, PF, 4FMAPS, FP16, BF16, VP2INTERSECT.
 */
import { x86, type RowDraft } from '../notation.js';
import { table } from './vector.js';

const spec = { cls: 'vec', feature: 'AVX512F' };
const all = [0, 1, 2];

const float = `
VADDPS:58 VMULPS:59 VSUBPS:5C VDIVPS:5E | X1 {k1}{z}, X2, X3/M/m32bcst {er} | 0F.W0 * /r
VADDPD:58 VMULPD:59 VSUBPD:5C VDIVPD:5E | X1 {k1}{z}, X2, X3/M/m64bcst {er} | 66.0F.W1 * /r
VMINPS:5D VMAXPS:5F | X1 {k1}{z}, X2, X3/M/m32bcst {sae} | 0F.W0 * /r
VMINPD:5D VMAXPD:5F | X1 {k1}{z}, X2, X3/M/m64bcst {sae} | 66.0F.W1 * /r
VANDPS:54 VANDNPS:55 VORPS:56 VXORPS:57 VUNPCKLPS:14 VUNPCKHPS:15 | X1 {k1}{z}, X2, X3/M/m32bcst | 0F.W0 * /r
VANDPD:54 VANDNPD:55 VORPD:56 VXORPD:57 VUNPCKLPD:14 VUNPCKHPD:15 | X1 {k1}{z}, X2, X3/M/m64bcst | 66.0F.W1 * /r
VSQRTPS:51 | X1 {k1}{z}, X2/M/m32bcst {er} | 0F.W0 * /r
VSQRTPD:51 | X1 {k1}{z}, X2/M/m64bcst {er} | 66.0F.W1 * /r
VADDSS:58 VMULSS:59 VSUBSS:5C VDIVSS:5E VSQRTSS:51 | xmm1 {k1}{z}, xmm2, xmm3/m32 {er} | LIG.F3.0F.W0 * /r
VADDSD:58 VMULSD:59 VSUBSD:5C VDIVSD:5E VSQRTSD:51 VCVTSD2SS:5A | xmm1 {k1}{z}, xmm2, xmm3/m64 {er} | LIG.F2.0F.W1 * /r
VMINSS:5D VMAXSS:5F VCVTSS2SD:5A | xmm1 {k1}{z}, xmm2, xmm3/m32 {sae} | LIG.F3.0F.W0 * /r
VMINSD:5D VMAXSD:5F | xmm1 {k1}{z}, xmm2, xmm3/m64 {sae} | LIG.F2.0F.W1 * /r
VUCOMISS:2E VCOMISS:2F | xmm1, xmm2/m32 {sae} | LIG.0F.W0 * /r
VUCOMISD:2E VCOMISD:2F | xmm1, xmm2/m64 {sae} | LIG.66.0F.W1 * /r
VSCALEFPS:2C | X1 {k1}{z}, X2, X3/M/m32bcst {er} | 66.0F38.W0 * /r
VSCALEFPD:2C | X1 {k1}{z}, X2, X3/M/m64bcst {er} | 66.0F38.W1 * /r
VSCALEFSS:2D | xmm1 {k1}{z}, xmm2, xmm3/m32 {er} | LIG.66.0F38.W0 * /r
VSCALEFSD:2D | xmm1 {k1}{z}, xmm2, xmm3/m64 {er} | LIG.66.0F38.W1 * /r
VGETEXPPS:42 | X1 {k1}{z}, X2/M/m32bcst {sae} | 66.0F38.W0 * /r
VGETEXPPD:42 | X1 {k1}{z}, X2/M/m64bcst {sae} | 66.0F38.W1 * /r
VGETEXPSS:43 | xmm1 {k1}{z}, xmm2, xmm3/m32 {sae} | LIG.66.0F38.W0 * /r
VGETEXPSD:43 | xmm1 {k1}{z}, xmm2, xmm3/m64 {sae} | LIG.66.0F38.W1 * /r
VRCP14PS:4C VRSQRT14PS:4E | X1 {k1}{z}, X2/M/m32bcst | 66.0F38.W0 * /r
VRCP14PD:4C VRSQRT14PD:4E | X1 {k1}{z}, X2/M/m64bcst | 66.0F38.W1 * /r
VRCP14SS:4D VRSQRT14SS:4F | xmm1 {k1}{z}, xmm2, xmm3/m32 | LIG.66.0F38.W0 * /r
VRCP14SD:4D VRSQRT14SD:4F | xmm1 {k1}{z}, xmm2, xmm3/m64 | LIG.66.0F38.W1 * /r
VCMPPS:C2 | k1 {k2}, X2, X3/M/m32bcst {sae}, imm8 | 0F.W0 * /r ib
VCMPPD:C2 | k1 {k2}, X2, X3/M/m64bcst {sae}, imm8 | 66.0F.W1 * /r ib
VCMPSS:C2 | k1 {k2}, xmm2, xmm3/m32 {sae}, imm8 | LIG.F3.0F.W0 * /r ib
VCMPSD:C2 | k1 {k2}, xmm2, xmm3/m64 {sae}, imm8 | LIG.F2.0F.W1 * /r ib
VRNDSCALEPS:08 VGETMANTPS:26 VREDUCEPS:56 | X1 {k1}{z}, X2/M/m32bcst {sae}, imm8 | 66.0F3A.W0 * /r ib
VRNDSCALEPD:09 VGETMANTPD:26 VREDUCEPD:56 | X1 {k1}{z}, X2/M/m64bcst {sae}, imm8 | 66.0F3A.W1 * /r ib
VRNDSCALESS:0A VGETMANTSS:27 VREDUCESS:57 VRANGESS:51 VFIXUPIMMSS:55 | xmm1 {k1}{z}, xmm2, xmm3/m32 {sae}, imm8 | LIG.66.0F3A.W0 * /r ib
VRNDSCALESD:0B VGETMANTSD:27 VREDUCESD:57 VRANGESD:51 VFIXUPIMMSD:55 | xmm1 {k1}{z}, xmm2, xmm3/m64 {sae}, imm8 | LIG.66.0F3A.W1 * /r ib
VRANGEPS:50 VFIXUPIMMPS:54 | X1 {k1}{z}, X2, X3/M/m32bcst {sae}, imm8 | 66.0F3A.W0 * /r ib
VRANGEPD:50 VFIXUPIMMPD:54 | X1 {k1}{z}, X2, X3/M/m64bcst {sae}, imm8 | 66.0F3A.W1 * /r ib
VFPCLASSPSX=VFPCLASSPS:66 | k1 {k2}, X2/M/m32bcst, imm8 | 66.0F3A.W0 * /r ib
VFPCLASSPDX=VFPCLASSPD:66 | k1 {k2}, X2/M/m64bcst, imm8 | 66.0F3A.W1 * /r ib
VFPCLASSSS:67 | k1 {k2}, xmm2/m32, imm8 | LIG.66.0F3A.W0 * /r ib
VFPCLASSSD:67 | k1 {k2}, xmm2/m64, imm8 | LIG.66.0F3A.W1 * /r ib
VSHUFPS:C6 | X1 {k1}{z}, X2, X3/M/m32bcst, imm8 | 0F.W0 * /r ib
VSHUFPD:C6 | X1 {k1}{z}, X2, X3/M/m64bcst, imm8 | 66.0F.W1 * /r ib
VPERMILPS:0C | X1 {k1}{z}, X2, X3/M/m32bcst | 66.0F38.W0 * /r
VPERMILPD:0D | X1 {k1}{z}, X2, X3/M/m64bcst | 66.0F38.W1 * /r
VPERMILPS:04 | X1 {k1}{z}, X2/M/m32bcst, imm8 | 66.0F3A.W0 * /r ib
VPERMILPD:05 | X1 {k1}{z}, X2/M/m64bcst, imm8 | 66.0F3A.W1 * /r ib
VBLENDMPS:65 | X1 {k1}{z}, X2, X3/M/m32bcst | 66.0F38.W0 * /r
VBLENDMPD:65 | X1 {k1}{z}, X2, X3/M/m64bcst | 66.0F38.W1 * /r
VCOMPRESSPS:8A | X1/M {k1}{z}, X2 | 66.0F38.W0 * /r
VCOMPRESSPD:8A | X1/M {k1}{z}, X2 | 66.0F38.W1 * /r
VEXPANDPS:88 | X1 {k1}{z}, X2/M | 66.0F38.W0 * /r
VEXPANDPD:88 | X1 {k1}{z}, X2/M | 66.0F38.W1 * /r
`;

const moves = `
VMOVUPS:10 VMOVAPS:28 | X1 {k1}{z}, X2/M | 0F.W0 * /r
VMOVUPS:11 VMOVAPS:29 | X2/M {k1}{z}, X1 | 0F.W0 * /r
VMOVUPD:10 VMOVAPD:28 VMOVDQA64:6F | X1 {k1}{z}, X2/M | 66.0F.W1 * /r
VMOVUPD:11 VMOVAPD:29 VMOVDQA64:7F | X2/M {k1}{z}, X1 | 66.0F.W1 * /r
VMOVDQA32:6F | X1 {k1}{z}, X2/M | 66.0F.W0 * /r
VMOVDQA32:7F | X2/M {k1}{z}, X1 | 66.0F.W0 * /r
VMOVDQU8:6F | X1 {k1}{z}, X2/M | F2.0F.W0 * /r
VMOVDQU8:7F | X2/M {k1}{z}, X1 | F2.0F.W0 * /r
VMOVDQU16:6F | X1 {k1}{z}, X2/M | F2.0F.W1 * /r
VMOVDQU16:7F | X2/M {k1}{z}, X1 | F2.0F.W1 * /r
VMOVDQU32:6F | X1 {k1}{z}, X2/M | F3.0F.W0 * /r
VMOVDQU32:7F | X2/M {k1}{z}, X1 | F3.0F.W0 * /r
VMOVDQU64:6F | X1 {k1}{z}, X2/M | F3.0F.W1 * /r
VMOVDQU64:7F | X2/M {k1}{z}, X1 | F3.0F.W1 * /r
VMOVSLDUP:12 VMOVSHDUP:16 | X1 {k1}{z}, X2/M | F3.0F.W0 * /r
VMOVDDUP:12 | xmm1 {k1}{z}, xmm2/m64 | 128.F2.0F.W1 * /r
VMOVDDUP:12 | ymm1 {k1}{z}, ymm2/m256 | 256.F2.0F.W1 * /r
VMOVDDUP:12 | zmm1 {k1}{z}, zmm2/m512 | 512.F2.0F.W1 * /r
VMOVSS:10 | xmm1 {k1}{z}, xmm2, xmm3 | LIG.F3.0F.W0 * /r
VMOVSD:10 | xmm1 {k1}{z}, xmm2, xmm3 | LIG.F2.0F.W1 * /r
VMOVSS:11 | xmm1 {k1}{z}, xmm2, xmm3 | LIG.F3.0F.W0 * /r MVR
VMOVSD:11 | xmm1 {k1}{z}, xmm2, xmm3 | LIG.F2.0F.W1 * /r MVR
VMOVSS:10 | xmm1 {k1}{z}, m32 | LIG.F3.0F.W0 * /r
VMOVSD:10 | xmm1 {k1}{z}, m64 | LIG.F2.0F.W1 * /r
VMOVSS:11 | m32 {k1}, xmm1 | LIG.F3.0F.W0 * /r
VMOVSD:11 | m64 {k1}, xmm1 | LIG.F2.0F.W1 * /r
VMOVHLPS:12 VMOVLHPS:16 | xmm1, xmm2, xmm3 | 128.0F.W0 * /r
VMOVLPS:12 VMOVHPS:16 | xmm2, xmm1, m64 | 128.0F.W0 * /r
VMOVLPD:12 VMOVHPD:16 | xmm2, xmm1, m64 | 128.66.0F.W1 * /r
VMOVLPS:13 VMOVHPS:17 | m64, xmm1 | 128.0F.W0 * /r
VMOVLPD:13 VMOVHPD:17 | m64, xmm1 | 128.66.0F.W1 * /r
VMOVNTPS:2B | M, X1 | 0F.W0 * /r
VMOVNTPD:2B | M, X1 | 66.0F.W1 * /r
VMOVNTDQ:E7 | M, X1 | 66.0F.W0 * /r
VMOVNTDQA:2A | X1, M | 66.0F38.W0 * /r
VMOVD:6E | xmm1, r/m32 | 128.66.0F.W0 * /r
VMOVQ:6E | xmm1, r/m64 | 128.66.0F.W1 * /r
VMOVD:7E | r/m32, xmm1 | 128.66.0F.W0 * /r
VMOVQ:7E | r/m64, xmm1 | 128.66.0F.W1 * /r
VMOVQ:7E | xmm1, xmm2/m64 | 128.F3.0F.W1 * /r
VMOVQ:D6 | xmm1/m64, xmm2 | 128.66.0F.W1 * /r
VPBROADCASTB:78 | X1 {k1}{z}, xmm2/m8 | 66.0F38.W0 * /r
VPBROADCASTW:79 | X1 {k1}{z}, xmm2/m16 | 66.0F38.W0 * /r
VPBROADCASTD:58 VBROADCASTSS:18 | X1 {k1}{z}, xmm2/m32 | 66.0F38.W0 * /r
VPBROADCASTQ:59 | X1 {k1}{z}, xmm2/m64 | 66.0F38.W1 * /r
VBROADCASTI32X2:59 | X1 {k1}{z}, xmm2/m64 | 66.0F38.W0 * /r
VPBROADCASTB:7A VPBROADCASTW:7B VPBROADCASTD:7C | X1 {k1}{z}, r32 | 66.0F38.W0 * /r
VPBROADCASTQ:7C | X1 {k1}{z}, r64 | 66.0F38.W1 * /r
VPBROADCASTMB2Q:2A | X1, k1 | F3.0F38.W1 * /r
VPBROADCASTMW2D:3A | X1, k1 | F3.0F38.W0 * /r
VPMOVM2B:28 VPMOVM2D:38 | X1, k1 | F3.0F38.W0 * /r
VPMOVM2W:28 VPMOVM2Q:38 | X1, k1 | F3.0F38.W1 * /r
VPMOVB2M:29 VPMOVD2M:39 | k1, X2 | F3.0F38.W0 * /r
VPMOVW2M:29 VPMOVQ2M:39 | k1, X2 | F3.0F38.W1 * /r
VPINSRW:C4 | xmm1, xmm2, r32/m16, imm8 | 128.66.0F.WIG * /r ib
VPINSRB:20 | xmm1, xmm2, r32/m8, imm8 | 128.66.0F3A.WIG * /r ib
VPINSRD:22 | xmm1, xmm2, r/m32, imm8 | 128.66.0F3A.W0 * /r ib
VPINSRQ:22 | xmm1, xmm2, r/m64, imm8 | 128.66.0F3A.W1 * /r ib
VINSERTPS:21 | xmm1, xmm2, xmm3/m32, imm8 | 128.66.0F3A.W0 * /r ib
VPEXTRW:C5 | r32, xmm1, imm8 | 128.66.0F.WIG * /r ib
VPEXTRW:15 | r32/m16, xmm2, imm8 | 128.66.0F3A.WIG * /r ib
VPEXTRB:14 | r32/m8, xmm2, imm8 | 128.66.0F3A.WIG * /r ib
VPEXTRD:16 | r/m32, xmm2, imm8 | 128.66.0F3A.W0 * /r ib
VPEXTRQ:16 | r/m64, xmm2, imm8 | 128.66.0F3A.W1 * /r ib
VEXTRACTPS:17 | r/m32, xmm1, imm8 | 128.66.0F3A.WIG * /r ib
`;

/** Families that exist at 256 and 512 bits only: their lengths are given apart. */
const wide = `
VPERMPS:16 VPERMD:36 | X1 {k1}{z}, X2, X3/M/m32bcst | 66.0F38.W0 * /r
VPERMPD:16 VPERMQ:36 | X1 {k1}{z}, X2, X3/M/m64bcst | 66.0F38.W1 * /r
VPERMQ:00 VPERMPD:01 | X1 {k1}{z}, X2/M/m64bcst, imm8 | 66.0F3A.W1 * /r ib
VBROADCASTSD:19 | X1 {k1}{z}, xmm2/m64 | 66.0F38.W1 * /r
VBROADCASTF32X2:19 | X1 {k1}{z}, xmm2/m64 | 66.0F38.W0 * /r
VBROADCASTF32X4:1A VBROADCASTI32X4:5A | X1 {k1}{z}, m128 | 66.0F38.W0 * /r
VBROADCASTF64X2:1A VBROADCASTI64X2:5A | X1 {k1}{z}, m128 | 66.0F38.W1 * /r
VINSERTF32X4:18 VINSERTI32X4:38 | X1 {k1}{z}, X2, xmm3/m128, imm8 | 66.0F3A.W0 * /r ib
VINSERTF64X2:18 VINSERTI64X2:38 | X1 {k1}{z}, X2, xmm3/m128, imm8 | 66.0F3A.W1 * /r ib
VEXTRACTF32X4:19 VEXTRACTI32X4:39 | xmm1/m128 {k1}{z}, X2, imm8 | 66.0F3A.W0 * /r ib
VEXTRACTF64X2:19 VEXTRACTI64X2:39 | xmm1/m128 {k1}{z}, X2, imm8 | 66.0F3A.W1 * /r ib
VSHUFF32X4:23 VSHUFI32X4:43 | X1 {k1}{z}, X2, X3/M/m32bcst, imm8 | 66.0F3A.W0 * /r ib
VSHUFF64X2:23 VSHUFI64X2:43 | X1 {k1}{z}, X2, X3/M/m64bcst, imm8 | 66.0F3A.W1 * /r ib
`;

const widest = `
VBROADCASTF32X8:1B VBROADCASTI32X8:5B | zmm1 {k1}{z}, m256 | 66.0F38.W0 * /r
VBROADCASTF64X4:1B VBROADCASTI64X4:5B | zmm1 {k1}{z}, m256 | 66.0F38.W1 * /r
VINSERTF32X8:1A VINSERTI32X8:3A | zmm1 {k1}{z}, zmm2, ymm3/m256, imm8 | 66.0F3A.W0 * /r ib
VINSERTF64X4:1A VINSERTI64X4:3A | zmm1 {k1}{z}, zmm2, ymm3/m256, imm8 | 66.0F3A.W1 * /r ib
VEXTRACTF32X8:1B VEXTRACTI32X8:3B | ymm1/m256 {k1}{z}, zmm2, imm8 | 66.0F3A.W0 * /r ib
VEXTRACTF64X4:1B VEXTRACTI64X4:3B | ymm1/m256 {k1}{z}, zmm2, imm8 | 66.0F3A.W1 * /r ib
`;

const integer = `
VPUNPCKLBW:60 VPUNPCKLWD:61 VPACKSSWB:63 VPACKUSWB:67 VPUNPCKHBW:68 VPUNPCKHWD:69 VPMULLW:D5 VPSUBUSB:D8 VPSUBUSW:D9 VPMINUB:DA VPADDUSB:DC VPADDUSW:DD VPMAXUB:DE VPAVGB:E0 VPAVGW:E3 VPMULHUW:E4 VPMULHW:E5 | X1 {k1}{z}, X2, X3/M | 66.0F.WIG * /r
VPSUBSB:E8 VPSUBSW:E9 VPMINSW:EA VPADDSB:EC VPADDSW:ED VPMAXSW:EE VPMADDWD:F5 VPSUBB:F8 VPSUBW:F9 VPADDB:FC VPADDW:FD | X1 {k1}{z}, X2, X3/M | 66.0F.WIG * /r
VPSADBW:F6 | X1, X2, X3/M | 66.0F.WIG * /r
VPUNPCKLDQ:62 VPUNPCKHDQ:6A VPACKSSDW:6B VPANDD:DB VPANDND:DF VPORD:EB VPXORD:EF VPSUBD:FA VPADDD:FE | X1 {k1}{z}, X2, X3/M/m32bcst | 66.0F.W0 * /r
VPUNPCKLQDQ:6C VPUNPCKHQDQ:6D VPADDQ:D4 VPANDQ:DB VPANDNQ:DF VPORQ:EB VPXORQ:EF VPMULUDQ:F4 VPSUBQ:FB | X1 {k1}{z}, X2, X3/M/m64bcst | 66.0F.W1 * /r
VPSHUFB:00 VPMADDUBSW:04 VPMULHRSW:0B VPMINSB:38 VPMINUW:3A VPMAXSB:3C VPMAXUW:3E | X1 {k1}{z}, X2, X3/M | 66.0F38.WIG * /r
VAESENC:DC VAESENCLAST:DD VAESDEC:DE VAESDECLAST:DF | X1, X2, X3/M | 66.0F38.WIG * /r
VPACKUSDW:2B VPMINSD:39 VPMINUD:3B VPMAXSD:3D VPMAXUD:3F VPMULLD:40 VPSRLVD:45 VPSRAVD:46 VPSLLVD:47 VPRORVD:14 VPROLVD:15 VPBLENDMD:64 VPERMI2D:76 VPERMI2PS:77 VPERMT2D:7E VPERMT2PS:7F VPDPBUSD:50 VPDPBUSDS:51 VPDPWSSD:52 VPDPWSSDS:53 VPSHLDVD:71 VPSHRDVD:73 | X1 {k1}{z}, X2, X3/M/m32bcst | 66.0F38.W0 * /r
VPMULDQ:28 VPMINSQ:39 VPMINUQ:3B VPMAXSQ:3D VPMAXUQ:3F VPMULLQ:40 VPSRLVQ:45 VPSRAVQ:46 VPSLLVQ:47 VPRORVQ:14 VPROLVQ:15 VPBLENDMQ:64 VPERMI2Q:76 VPERMI2PD:77 VPERMT2Q:7E VPERMT2PD:7F VPMULTISHIFTQB:83 VPMADD52LUQ:B4 VPMADD52HUQ:B5 VPSHLDVQ:71 VPSHRDVQ:73 | X1 {k1}{z}, X2, X3/M/m64bcst | 66.0F38.W1 * /r
VPERMB:8D VPERMI2B:75 VPERMT2B:7D VPBLENDMB:66 VGF2P8MULB:CF | X1 {k1}{z}, X2, X3/M | 66.0F38.W0 * /r
VPERMW:8D VPERMI2W:75 VPERMT2W:7D VPBLENDMW:66 VPSRLVW:10 VPSRAVW:11 VPSLLVW:12 VPSHLDVW:70 VPSHRDVW:72 | X1 {k1}{z}, X2, X3/M | 66.0F38.W1 * /r
VPSRLW:D1 VPSRAW:E1 VPSLLW:F1 | X1 {k1}{z}, X2, xmm3/m128 | 66.0F.WIG * /r
VPSRLD:D2 VPSRAD:E2 VPSLLD:F2 | X1 {k1}{z}, X2, xmm3/m128 | 66.0F.W0 * /r
VPSRLQ:D3 VPSRAQ:E2 VPSLLQ:F3 | X1 {k1}{z}, X2, xmm3/m128 | 66.0F.W1 * /r
VPSRLW:71 | X1 {k1}{z}, X2/M, imm8 | 66.0F.WIG * /2 ib
VPSRAW:71 | X1 {k1}{z}, X2/M, imm8 | 66.0F.WIG * /4 ib
VPSLLW:71 | X1 {k1}{z}, X2/M, imm8 | 66.0F.WIG * /6 ib
VPRORD:72 | X1 {k1}{z}, X2/M/m32bcst, imm8 | 66.0F.W0 * /0 ib
VPROLD:72 | X1 {k1}{z}, X2/M/m32bcst, imm8 | 66.0F.W0 * /1 ib
VPSRLD:72 | X1 {k1}{z}, X2/M/m32bcst, imm8 | 66.0F.W0 * /2 ib
VPSRAD:72 | X1 {k1}{z}, X2/M/m32bcst, imm8 | 66.0F.W0 * /4 ib
VPSLLD:72 | X1 {k1}{z}, X2/M/m32bcst, imm8 | 66.0F.W0 * /6 ib
VPRORQ:72 | X1 {k1}{z}, X2/M/m64bcst, imm8 | 66.0F.W1 * /0 ib
VPROLQ:72 | X1 {k1}{z}, X2/M/m64bcst, imm8 | 66.0F.W1 * /1 ib
VPSRAQ:72 | X1 {k1}{z}, X2/M/m64bcst, imm8 | 66.0F.W1 * /4 ib
VPSRLQ:73 | X1 {k1}{z}, X2/M/m64bcst, imm8 | 66.0F.W1 * /2 ib
VPSLLQ:73 | X1 {k1}{z}, X2/M/m64bcst, imm8 | 66.0F.W1 * /6 ib
VPSRLDQ:73 | X1, X2/M, imm8 | 66.0F.WIG * /3 ib
VPSLLDQ:73 | X1, X2/M, imm8 | 66.0F.WIG * /7 ib
VPSHUFD:70 | X1 {k1}{z}, X2/M/m32bcst, imm8 | 66.0F.W0 * /r ib
VPSHUFHW:70 | X1 {k1}{z}, X2/M, imm8 | F3.0F.WIG * /r ib
VPSHUFLW:70 | X1 {k1}{z}, X2/M, imm8 | F2.0F.WIG * /r ib
VPALIGNR:0F | X1 {k1}{z}, X2, X3/M, imm8 | 66.0F3A.WIG * /r ib
VPCLMULQDQ:44 | X1, X2, X3/M, imm8 | 66.0F3A.WIG * /r ib
VALIGND:03 VPTERNLOGD:25 VPSHLDD:71 VPSHRDD:73 | X1 {k1}{z}, X2, X3/M/m32bcst, imm8 | 66.0F3A.W0 * /r ib
VALIGNQ:03 VPTERNLOGQ:25 VPSHLDQ:71 VPSHRDQ:73 VGF2P8AFFINEQB:CE VGF2P8AFFINEINVQB:CF | X1 {k1}{z}, X2, X3/M/m64bcst, imm8 | 66.0F3A.W1 * /r ib
VDBPSADBW:42 | X1 {k1}{z}, X2, X3/M, imm8 | 66.0F3A.W0 * /r ib
VPSHLDW:70 VPSHRDW:72 | X1 {k1}{z}, X2, X3/M, imm8 | 66.0F3A.W1 * /r ib
VPCMPEQB:74 VPCMPEQW:75 VPCMPGTB:64 VPCMPGTW:65 | k1 {k2}, X2, X3/M | 66.0F.WIG * /r
VPCMPEQD:76 VPCMPGTD:66 | k1 {k2}, X2, X3/M/m32bcst | 66.0F.W0 * /r
VPCMPEQQ:29 VPCMPGTQ:37 VPTESTMQ:27 | k1 {k2}, X2, X3/M/m64bcst | 66.0F38.W1 * /r
VPTESTMD:27 | k1 {k2}, X2, X3/M/m32bcst | 66.0F38.W0 * /r
VPTESTMB:26 VPSHUFBITQMB:8F | k1 {k2}, X2, X3/M | 66.0F38.W0 * /r
VPTESTMW:26 | k1 {k2}, X2, X3/M | 66.0F38.W1 * /r
VPTESTNMB:26 | k1 {k2}, X2, X3/M | F3.0F38.W0 * /r
VPTESTNMW:26 | k1 {k2}, X2, X3/M | F3.0F38.W1 * /r
VPTESTNMD:27 | k1 {k2}, X2, X3/M/m32bcst | F3.0F38.W0 * /r
VPTESTNMQ:27 | k1 {k2}, X2, X3/M/m64bcst | F3.0F38.W1 * /r
VPCMPUD:1E VPCMPD:1F | k1 {k2}, X2, X3/M/m32bcst, imm8 | 66.0F3A.W0 * /r ib
VPCMPUQ:1E VPCMPQ:1F | k1 {k2}, X2, X3/M/m64bcst, imm8 | 66.0F3A.W1 * /r ib
VPCMPUB:3E VPCMPB:3F | k1 {k2}, X2, X3/M, imm8 | 66.0F3A.W0 * /r ib
VPCMPUW:3E VPCMPW:3F | k1 {k2}, X2, X3/M, imm8 | 66.0F3A.W1 * /r ib
VPABSB:1C VPABSW:1D | X1 {k1}{z}, X2/M | 66.0F38.WIG * /r
VPABSD:1E VPLZCNTD:44 VPCONFLICTD:C4 VPOPCNTD:55 | X1 {k1}{z}, X2/M/m32bcst | 66.0F38.W0 * /r
VPABSQ:1F VPLZCNTQ:44 VPCONFLICTQ:C4 VPOPCNTQ:55 | X1 {k1}{z}, X2/M/m64bcst | 66.0F38.W1 * /r
VPOPCNTB:54 VPEXPANDB:62 VPEXPANDD:89 | X1 {k1}{z}, X2/M | 66.0F38.W0 * /r
VPOPCNTW:54 VPEXPANDW:62 VPEXPANDQ:89 | X1 {k1}{z}, X2/M | 66.0F38.W1 * /r
VPCOMPRESSB:63 VPCOMPRESSD:8B | X1/M {k1}{z}, X2 | 66.0F38.W0 * /r
VPCOMPRESSW:63 VPCOMPRESSQ:8B | X1/M {k1}{z}, X2 | 66.0F38.W1 * /r
`;

const convert = `
VPMOVSXBW:20 VPMOVSXWD:23 VPMOVZXBW:30 VPMOVZXWD:33 | X1 {k1}{z}, H2/Mh | 66.0F38.WIG * /r
VPMOVSXDQ:25 VPMOVZXDQ:35 | X1 {k1}{z}, H2/Mh | 66.0F38.W0 * /r
VPMOVSXBD:21 VPMOVSXWQ:24 VPMOVZXBD:31 VPMOVZXWQ:34 | X1 {k1}{z}, Q2/Mq | 66.0F38.WIG * /r
VPMOVSXBQ:22 VPMOVZXBQ:32 | X1 {k1}{z}, O2/Mo | 66.0F38.WIG * /r
VPMOVUSWB:10 VPMOVUSDW:13 VPMOVUSQD:15 VPMOVSWB:20 VPMOVSDW:23 VPMOVSQD:25 VPMOVWB:30 VPMOVDW:33 VPMOVQD:35 | H1/Mh {k1}{z}, X2 | F3.0F38.W0 * /r
VPMOVUSDB:11 VPMOVUSQW:14 VPMOVSDB:21 VPMOVSQW:24 VPMOVDB:31 VPMOVQW:34 | Q1/Mq {k1}{z}, X2 | F3.0F38.W0 * /r
VPMOVUSQB:12 VPMOVSQB:22 VPMOVQB:32 | O1/Mo {k1}{z}, X2 | F3.0F38.W0 * /r
VCVTDQ2PS:5B VCVTPS2UDQ:79 | X1 {k1}{z}, X2/M/m32bcst {er} | 0F.W0 * /r
VCVTTPS2UDQ:78 | X1 {k1}{z}, X2/M/m32bcst {sae} | 0F.W0 * /r
VCVTPS2DQ:5B | X1 {k1}{z}, X2/M/m32bcst {er} | 66.0F.W0 * /r
VCVTTPS2DQ:5B | X1 {k1}{z}, X2/M/m32bcst {sae} | F3.0F.W0 * /r
VCVTUDQ2PS:7A | X1 {k1}{z}, X2/M/m32bcst {er} | F2.0F.W0 * /r
VCVTDQ2PD:E6 VCVTUDQ2PD:7A | X1 {k1}{z}, H2/Mh/m32bcst | F3.0F.W0 * /r
VCVTPS2PD:5A | X1 {k1}{z}, H2/Mh/m32bcst {sae} | 0F.W0 * /r
VCVTPD2PS:5A | H1 {k1}{z}, X2/M/m64bcst {er} | 66.0F.W1 * /r
VCVTPD2DQ:E6 | H1 {k1}{z}, X2/M/m64bcst {er} | F2.0F.W1 * /r
VCVTTPD2DQ:E6 | H1 {k1}{z}, X2/M/m64bcst {sae} | 66.0F.W1 * /r
VCVTPD2UDQ:79 | H1 {k1}{z}, X2/M/m64bcst {er} | 0F.W1 * /r
VCVTTPD2UDQ:78 | H1 {k1}{z}, X2/M/m64bcst {sae} | 0F.W1 * /r
VCVTQQ2PD:E6 VCVTUQQ2PD:7A | X1 {k1}{z}, X2/M/m64bcst {er} | F3.0F.W1 * /r
VCVTQQ2PS:5B | H1 {k1}{z}, X2/M/m64bcst {er} | 0F.W1 * /r
VCVTUQQ2PS:7A | H1 {k1}{z}, X2/M/m64bcst {er} | F2.0F.W1 * /r
VCVTPD2QQ:7B VCVTPD2UQQ:79 | X1 {k1}{z}, X2/M/m64bcst {er} | 66.0F.W1 * /r
VCVTTPD2QQ:7A VCVTTPD2UQQ:78 | X1 {k1}{z}, X2/M/m64bcst {sae} | 66.0F.W1 * /r
VCVTPS2QQ:7B VCVTPS2UQQ:79 | X1 {k1}{z}, H2/Mh/m32bcst {er} | 66.0F.W0 * /r
VCVTTPS2QQ:7A VCVTTPS2UQQ:78 | X1 {k1}{z}, H2/Mh/m32bcst {sae} | 66.0F.W0 * /r
VCVTPH2PS:13 | X1 {k1}{z}, H2/Mh {sae} | 66.0F38.W0 * /r
VCVTPS2PH:1D | H1/Mh {k1}{z}, X2 {sae}, imm8 | 66.0F3A.W0 * /r ib
VCVTSI2SSL=VCVTSI2SS:2A VCVTUSI2SSL=VCVTUSI2SS:7B | xmm1, xmm2, r/m32 {er} | LIG.F3.0F.W0 * /r
VCVTSI2SSQ=VCVTSI2SS:2A VCVTUSI2SSQ=VCVTUSI2SS:7B | xmm1, xmm2, r/m64 {er} | LIG.F3.0F.W1 * /r
VCVTSI2SDL=VCVTSI2SD:2A VCVTUSI2SDL=VCVTUSI2SD:7B | xmm1, xmm2, r/m32 | LIG.F2.0F.W0 * /r
VCVTSI2SDQ=VCVTSI2SD:2A VCVTUSI2SDQ=VCVTUSI2SD:7B | xmm1, xmm2, r/m64 {er} | LIG.F2.0F.W1 * /r
VCVTSS2SI:2D VCVTSS2USIL=VCVTSS2USI:79 | r32, xmm2/m32 {er} | LIG.F3.0F.W0 * /r
VCVTSS2SIQ=VCVTSS2SI:2D VCVTSS2USIQ=VCVTSS2USI:79 | r64, xmm2/m32 {er} | LIG.F3.0F.W1 * /r
VCVTTSS2SI:2C VCVTTSS2USIL=VCVTTSS2USI:78 | r32, xmm2/m32 {sae} | LIG.F3.0F.W0 * /r
VCVTTSS2SIQ=VCVTTSS2SI:2C VCVTTSS2USIQ=VCVTTSS2USI:78 | r64, xmm2/m32 {sae} | LIG.F3.0F.W1 * /r
VCVTSD2SI:2D VCVTSD2USIL=VCVTSD2USI:79 | r32, xmm2/m64 {er} | LIG.F2.0F.W0 * /r
VCVTSD2SIQ=VCVTSD2SI:2D VCVTSD2USIQ=VCVTSD2USI:79 | r64, xmm2/m64 {er} | LIG.F2.0F.W1 * /r
VCVTTSD2SI:2C VCVTTSD2USIL=VCVTTSD2USI:78 | r32, xmm2/m64 {sae} | LIG.F2.0F.W0 * /r
VCVTTSD2SIQ=VCVTTSD2SI:2C VCVTTSD2USIQ=VCVTTSD2USI:78 | r64, xmm2/m64 {sae} | LIG.F2.0F.W1 * /r
`;

/** Gathers and scatters: the index vector may be longer or shorter than the data. */
const indexed = `
VPGATHERDD:90 VGATHERDPS:92 | xmm1 {k1}, vm32x | 128.66.0F38.W0 * /r
VPGATHERDD:90 VGATHERDPS:92 | ymm1 {k1}, vm32y | 256.66.0F38.W0 * /r
VPGATHERDD:90 VGATHERDPS:92 | zmm1 {k1}, vm32z | 512.66.0F38.W0 * /r
VPGATHERDQ:90 VGATHERDPD:92 | xmm1 {k1}, vm32x | 128.66.0F38.W1 * /r
VPGATHERDQ:90 VGATHERDPD:92 | ymm1 {k1}, vm32x | 256.66.0F38.W1 * /r
VPGATHERDQ:90 VGATHERDPD:92 | zmm1 {k1}, vm32y | 512.66.0F38.W1 * /r
VPGATHERQD:91 VGATHERQPS:93 | xmm1 {k1}, vm64x | 128.66.0F38.W0 * /r
VPGATHERQD:91 VGATHERQPS:93 | xmm1 {k1}, vm64y | 256.66.0F38.W0 * /r
VPGATHERQD:91 VGATHERQPS:93 | ymm1 {k1}, vm64z | 512.66.0F38.W0 * /r
VPGATHERQQ:91 VGATHERQPD:93 | xmm1 {k1}, vm64x | 128.66.0F38.W1 * /r
VPGATHERQQ:91 VGATHERQPD:93 | ymm1 {k1}, vm64y | 256.66.0F38.W1 * /r
VPGATHERQQ:91 VGATHERQPD:93 | zmm1 {k1}, vm64z | 512.66.0F38.W1 * /r
VPSCATTERDD:A0 VSCATTERDPS:A2 | vm32x {k1}, xmm1 | 128.66.0F38.W0 * /r
VPSCATTERDD:A0 VSCATTERDPS:A2 | vm32y {k1}, ymm1 | 256.66.0F38.W0 * /r
VPSCATTERDD:A0 VSCATTERDPS:A2 | vm32z {k1}, zmm1 | 512.66.0F38.W0 * /r
VPSCATTERDQ:A0 VSCATTERDPD:A2 | vm32x {k1}, xmm1 | 128.66.0F38.W1 * /r
VPSCATTERDQ:A0 VSCATTERDPD:A2 | vm32x {k1}, ymm1 | 256.66.0F38.W1 * /r
VPSCATTERDQ:A0 VSCATTERDPD:A2 | vm32y {k1}, zmm1 | 512.66.0F38.W1 * /r
VPSCATTERQD:A1 VSCATTERQPS:A3 | vm64x {k1}, xmm1 | 128.66.0F38.W0 * /r
VPSCATTERQD:A1 VSCATTERQPS:A3 | vm64y {k1}, xmm1 | 256.66.0F38.W0 * /r
VPSCATTERQD:A1 VSCATTERQPS:A3 | vm64z {k1}, ymm1 | 512.66.0F38.W0 * /r
VPSCATTERQQ:A1 VSCATTERQPD:A3 | vm64x {k1}, xmm1 | 128.66.0F38.W1 * /r
VPSCATTERQQ:A1 VSCATTERQPD:A3 | vm64y {k1}, ymm1 | 256.66.0F38.W1 * /r
VPSCATTERQQ:A1 VSCATTERQPD:A3 | vm64z {k1}, zmm1 | 512.66.0F38.W1 * /r
`;

/** Fused multiply-add in three operand orders, 16 opcodes apart. */
function fma(): string {
  let text = '';
  for (const [order, high] of [['132', '9'], ['213', 'A'], ['231', 'B']] as const) {
    const list = (ops: readonly (readonly [string, string])[], kind: string): string => ops.map(([n, low]) => `VF${n}${order}${kind}:${high}${low}`).join(' ');
    const packed = [['MADDSUB', '6'], ['MSUBADD', '7'], ['MADD', '8'], ['MSUB', 'A'], ['NMADD', 'C'], ['NMSUB', 'E']] as const;
    const scalar = [['MADD', '9'], ['MSUB', 'B'], ['NMADD', 'D'], ['NMSUB', 'F']] as const;
    text += `${list(packed, 'PS')} | X1 {k1}{z}, X2, X3/M/m32bcst {er} | 66.0F38.W0 * /r\n`;
    text += `${list(packed, 'PD')} | X1 {k1}{z}, X2, X3/M/m64bcst {er} | 66.0F38.W1 * /r\n`;
    text += `${list(scalar, 'SS')} | xmm1 {k1}{z}, xmm2, xmm3/m32 {er} | LIG.66.0F38.W0 * /r\n`;
    text += `${list(scalar, 'SD')} | xmm1 {k1}{z}, xmm2, xmm3/m64 {er} | LIG.66.0F38.W1 * /r\n`;
  }
  return text;
}

/** KADD and the like: B and W without W, Q and D with it; D and B carry the 66 prefix. */
function masks(): RowDraft[] {
  const rows: RowDraft[] = [];
  const add = (name: string, operands: string, code: string): void => { rows.push(x86(name, `${name} ${operands}`, `VEX.${code}`, spec)); };
  const sizes = [['B', '66.0F.W0'], ['W', '0F.W0'], ['D', '66.0F.W1'], ['Q', '0F.W1']] as const;
  for (const [s, code] of sizes) {
    for (const [name, op] of [['KAND', '41'], ['KANDN', '42'], ['KOR', '45'], ['KXNOR', '46'], ['KXOR', '47'], ['KADD', '4A']]) add(name + s, 'k1, k2, k3', `L1.${code} ${op} /r`);
    for (const [name, op] of [['KNOT', '44'], ['KORTEST', '98'], ['KTEST', '99']]) add(name + s, 'k1, k2', `L0.${code} ${op} /r`);
    add(`KMOV${s}`, `k1, k2/m${{ B: 8, W: 16, D: 32, Q: 64 }[s]}`, `L0.${code} 90 /r`);
    add(`KMOV${s}`, `m${{ B: 8, W: 16, D: 32, Q: 64 }[s]}, k1`, `L0.${code} 91 /r`);
    const general = { B: '66.0F.W0', W: '0F.W0', D: 'F2.0F.W0', Q: 'F2.0F.W1' }[s];
    add(`KMOV${s}`, `k1, ${s === 'Q' ? 'r64' : 'r32'}`, `L0.${general} 92 /r`);
    add(`KMOV${s}`, `${s === 'Q' ? 'r64' : 'r32'}, k1`, `L0.${general} 93 /r`);
    const shift = `66.0F3A.${s === 'B' || s === 'D' ? 'W0' : 'W1'}`;
    add(`KSHIFTR${s}`, 'k1, k2, imm8', `L0.${shift} ${s === 'B' || s === 'W' ? '30' : '31'} /r ib`);
    add(`KSHIFTL${s}`, 'k1, k2, imm8', `L0.${shift} ${s === 'B' || s === 'W' ? '32' : '33'} /r ib`);
  }
  add('KUNPCKBW', 'k1, k2, k3', 'L1.66.0F.W0 4B /r');
  add('KUNPCKWD', 'k1, k2, k3', 'L1.0F.W0 4B /r');
  add('KUNPCKDQ', 'k1, k2, k3', 'L1.0F.W1 4B /r');
  return rows;
}

export const evexRows = (): RowDraft[] => [
  ...masks(),
  ...[float, moves, integer, convert, indexed, fma()].flatMap((text) => table(text, 'EVEX', all, spec)),
  ...table(wide, 'EVEX', [1, 2], spec),
  ...table(widest, 'EVEX', [2], spec),
];
