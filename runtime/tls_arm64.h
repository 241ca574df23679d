// The thread's base register, which C libraries point at their thread control block. ELF puts the thread-local words of
// a static image behind its 16 bytes.

#define MRS_TPIDR_R0 MRS	TPIDR_EL0, R0
