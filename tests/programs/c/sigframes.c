/* What a handler finds in siginfo_t and in its frame for every kind of fault, and what it may change there. */
#ifndef __x86_64__
#error only for amd64
#endif
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ucontext.h>
#include <unistd.h>

static sigjmp_buf back;
static char *volatile low16 = (char *)16, *volatile low24 = (char *)24, *volatile low40 = (char *)40;
static siginfo_t info;
static greg_t regs[NGREG];
static uint64_t mask, handlerFlags, handlerSp;

static void keep(siginfo_t *i, ucontext_t *u) {
    info = *i;
    memcpy(regs, u->uc_mcontext.gregs, sizeof regs);
    memcpy(&mask, &u->uc_sigmask, sizeof mask);
}

static void onFault(int sig, siginfo_t *i, void *context) {
    (void)sig;
    keep(i, context);
    siglongjmp(back, 1);
}

/* Skips one byte, which the fault was at, and changes registers of the code it interrupts. */
static void onStep(int sig, siginfo_t *i, void *context) {
    (void)sig;
    uint64_t flags;
    __asm__ volatile("pushfq\n\tpop %0" : "=r"(flags));
    handlerFlags = flags;
    handlerSp = (uintptr_t)__builtin_frame_address(0) & 15;
    ucontext_t *u = context;
    keep(i, u);
    u->uc_mcontext.gregs[REG_RBX] += 7;
    u->uc_mcontext.gregs[REG_RIP] += 1;
    u->uc_mcontext.gregs[REG_EFL] ^= 1; /* carry */
    u->uc_mcontext.fpregs->_xmm[1].element[0] += 5;
}

static void on(int sig, void (*handler)(int, siginfo_t *, void *), int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | flags;
    sigaction(sig, &action, NULL);
}

static const char *place(uint64_t value, uint64_t address) {
    return value == 0 ? "0" : value == (uint64_t)regs[REG_RIP] ? "rip" : value == address ? "address" : "other";
}

static void report(const char *what, void *address) {
    printf("%s: signal %d code %d addr %s trap %d error %d", what, info.si_signo, info.si_code, place((uintptr_t)info.si_addr, (uintptr_t)address),
           (int)regs[REG_TRAPNO], (int)regs[REG_ERR]);
    if (regs[REG_TRAPNO] == 14)
        printf(" cr2 %s", place((uint64_t)regs[REG_CR2], (uintptr_t)address));
    printf("\n");
}

#define TRY(what, address, code) \
    do { \
        if (sigsetjmp(back, 1) == 0) { \
            code; \
            puts("no fault"); \
        } else \
            report(what, (void *)(address)); \
    } while (0)

int main(void) {
    int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
    for (int i = 0; i < 5; i++)
        on(faults[i], onFault, 0);
    char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    page[0] = (char)0xc3;
    char *constant = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *none = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int file = open("/tmp/short", O_RDWR | O_CREAT | O_TRUNC, 0600);
    char *behind = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);

    TRY("read of nothing", 16, *(volatile char *)low16);
    TRY("write to nothing", 24, *(volatile char *)low24 = 1);
    TRY("jump to nothing", 32, ((void (*)(void))32)());
    TRY("write to constant", constant, *(volatile char *)constant = 1);
    TRY("write to a constant that was read", constant, (void)*(volatile char *)constant; *(volatile char *)constant = 1);
    TRY("read without rights", none, *(volatile char *)none);
    TRY("jump to data", page, ((void (*)(void))page)());
    TRY("read behind a file", behind, *(volatile char *)behind);
    TRY("read of the kernel's half", 0xffffffff81000123, *(volatile char *)0xffffffff81000123);
    TRY("write to the kernel's half", 0xffff800000000008, *(volatile char *)0xffff800000000008 = 1);
    TRY("jump into the kernel's half", 0xffffffffff000001, ((void (*)(void))0xffffffffff000001)());
    TRY("non-canonical read", 0, *(volatile char *)0x8000000000000000);
    TRY("non-canonical jump", 0, ((void (*)(void))0x123456789abcdef0)());
    TRY("privileged", 0, __asm__ volatile("hlt"));
    TRY("misaligned vector", 0, __asm__ volatile("movaps 8(%0), %%xmm0" : : "r"((uintptr_t)page & ~15ul)));
    TRY("division", 1, __asm__ volatile("xorl %%ecx, %%ecx\n\tdivl %%ecx" : : : "eax", "ecx", "edx"));
    TRY("undefined", 1, __asm__ volatile("ud2"));
    TRY("breakpoint", 1, __asm__ volatile("int3"));

    /* the trap numbers of the last fault stay for signals that are none */
    on(SIGUSR1, onStep, 0);
    on(SIGTRAP, onStep, 0);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_SETMASK, &set, NULL);
    raise(SIGHUP);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    on(SIGSEGV, onFault, 0);
    TRY("write to nothing", 40, *(volatile char *)low40 = 1);
    printf("mask in the frame %llx, oldmask %llx\n", (unsigned long long)mask, (unsigned long long)regs[REG_OLDMASK]);

    /* a breakpoint with DF and CF set and known registers; the byte after it is skipped */
    uint64_t rbx = 1, flags = 0;
    uint32_t low = 0;
    __asm__ volatile(
        "movl $10, %%eax\n\tmovd %%eax, %%xmm1\n\tmovq $100, %%rbx\n\tstd\n\tstc\n\tint3\n\thlt\n\t"
        "pushfq\n\tpopq %1\n\tcld\n\tmovd %%xmm1, %2"
        : "=&b"(rbx), "=&r"(flags), "=&r"(low) : : "rax", "xmm1", "cc", "memory");
    printf("rbx %llu xmm1 %u, carry %d direction %d behind; direction %d in the handler, its frame at %d\n", (unsigned long long)rbx, low, (int)(flags & 1), (int)(flags >> 10 & 1),
           (int)(handlerFlags >> 10 & 1), (int)handlerSp);
    printf("saved: carry %d direction %d\n", (int)(regs[REG_EFL] & 1), (int)(regs[REG_EFL] >> 10 & 1));
    printf("segments %llx\n", (unsigned long long)regs[REG_CSGSFS]);
    unlink("/tmp/short");
    return 0;
}
