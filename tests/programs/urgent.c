/* Linked into a C program by tests: a handler for SIGURG that leaves no register as it was. It must not show. */
#include <signal.h>
#include <stddef.h>

static volatile double sum;
static volatile long double wide;

static void urgent(int sig) {
    (void)sig;
    sum = sum * 1.5 + 0.25;
    wide = wide / 3 + 1;
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
}

__attribute__((constructor)) static void begin(void) {
    struct sigaction action;
    for (size_t i = 0; i < sizeof action; i++)
        ((char *)&action)[i] = 0;
    action.sa_handler = urgent;
    action.sa_flags = SA_RESTART;
    sigaction(SIGURG, &action, NULL);
}
