/* Linked into a C program by tests: a handler for SIGURG that leaves no register as it was. It must not show. */
#include <signal.h>
#include <stddef.h>

static volatile double sum;
static volatile long double wide;

static void urgent(int sig) {
    (void)sig;
    sum = sum * 1.5 + 0.25;
    wide = wide / 3 + 1;
#ifdef __x86_64__
    __asm__ volatile(
        "movq $-1, %%rax\n\tmovq %%rax, %%xmm0\n\tpunpcklqdq %%xmm0, %%xmm0\n\t"
        "movdqa %%xmm0, %%xmm1\n\tmovdqa %%xmm0, %%xmm2\n\tmovdqa %%xmm0, %%xmm3\n\tmovdqa %%xmm0, %%xmm4\n\t"
        "movdqa %%xmm0, %%xmm5\n\tmovdqa %%xmm0, %%xmm6\n\tmovdqa %%xmm0, %%xmm7\n\tmovdqa %%xmm0, %%xmm8\n\t"
        "movdqa %%xmm0, %%xmm9\n\tmovdqa %%xmm0, %%xmm10\n\tmovdqa %%xmm0, %%xmm11\n\tmovdqa %%xmm0, %%xmm12\n\t"
        "movdqa %%xmm0, %%xmm13\n\tmovdqa %%xmm0, %%xmm14\n\tmovdqa %%xmm0, %%xmm15\n\t"
        "movq %%rax, %%rcx\n\tmovq %%rax, %%rdx\n\tmovq %%rax, %%rsi\n\tmovq %%rax, %%rdi\n\tmovq %%rax, %%rbx\n\t"
        "movq %%rax, %%r8\n\tmovq %%rax, %%r9\n\tmovq %%rax, %%r10\n\tmovq %%rax, %%r11\n\t"
        "movq %%rax, %%r12\n\tmovq %%rax, %%r13\n\tmovq %%rax, %%r14\n\tmovq %%rax, %%r15\n\t"
        "fld1\n\tfldpi\n\tfldl2e\n\tstd\n\txorl %%eax, %%eax\n\tstc"
        : : : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory",
          "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
#else
    __asm__ volatile(
        "mov x0, #-1\n\tfmov d0, x0\n\tmov v0.d[1], x0\n\t"
        "mov v1.16b, v0.16b\n\tmov v2.16b, v0.16b\n\tmov v3.16b, v0.16b\n\tmov v4.16b, v0.16b\n\t"
        "mov v5.16b, v0.16b\n\tmov v6.16b, v0.16b\n\tmov v7.16b, v0.16b\n\tmov v8.16b, v0.16b\n\t"
        "mov v9.16b, v0.16b\n\tmov v10.16b, v0.16b\n\tmov v11.16b, v0.16b\n\tmov v12.16b, v0.16b\n\t"
        "mov v13.16b, v0.16b\n\tmov v14.16b, v0.16b\n\tmov v15.16b, v0.16b\n\tmov v16.16b, v0.16b\n\t"
        "mov v17.16b, v0.16b\n\tmov v18.16b, v0.16b\n\tmov v19.16b, v0.16b\n\tmov v20.16b, v0.16b\n\t"
        "mov v21.16b, v0.16b\n\tmov v22.16b, v0.16b\n\tmov v23.16b, v0.16b\n\tmov v24.16b, v0.16b\n\t"
        "mov v25.16b, v0.16b\n\tmov v26.16b, v0.16b\n\tmov v27.16b, v0.16b\n\tmov v28.16b, v0.16b\n\t"
        "mov v29.16b, v0.16b\n\tmov v30.16b, v0.16b\n\tmov v31.16b, v0.16b\n\t"
        "mov x1, x0\n\tmov x2, x0\n\tmov x3, x0\n\tmov x4, x0\n\tmov x5, x0\n\tmov x6, x0\n\tmov x7, x0\n\t"
        "mov x8, x0\n\tmov x9, x0\n\tmov x10, x0\n\tmov x11, x0\n\tmov x12, x0\n\tmov x13, x0\n\tmov x14, x0\n\t"
        "mov x15, x0\n\tmov x16, x0\n\tmov x17, x0\n\tmov x19, x0\n\tmov x20, x0\n\tmov x21, x0\n\tmov x22, x0\n\t"
        "mov x23, x0\n\tmov x24, x0\n\tmov x25, x0\n\tmov x26, x0\n\tmov x27, x0\n\tmov x28, x0\n\t"
        "mrs x0, fpcr\n\tmsr fpcr, x0\n\tmov x0, #0xf0000000\n\tmsr nzcv, x0"
        : : : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "cc", "memory",
          "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31");
#endif
}

__attribute__((constructor)) static void begin(void) {
    struct sigaction action;
    for (size_t i = 0; i < sizeof action; i++)
        ((char *)&action)[i] = 0;
    action.sa_handler = urgent;
    action.sa_flags = SA_RESTART;
    sigaction(SIGURG, &action, NULL);
}
