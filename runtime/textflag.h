// Flags of TEXT and GLOBL. The numbers are the toolchain's own; the linker and the traceback code test the same bits.

#define NOPROF 1          // unused since profiles come from signals; kept so that old sources assemble
#define DUPOK 2           // the linker keeps one of several definitions and does not complain
#define NOSPLIT 4         // no stack check: all the callees together must fit under the guard's nosplit reserve
#define RODATA 8          // data goes to .rodata
#define NOPTR 16          // data holds no pointers: the collector skips it
#define WRAPPER 32        // a wrapper: recover looks through it
#define NEEDCTXT 64       // a closure: its context register is an argument
#define TLSBSS 256        // data is thread-local and zero
#define NOFRAME 512       // no frame and no saved frame pointer, even with calls inside
#define REFLECTMETHOD 1024 // may reach a method by its name: the linker keeps all of them
#define TOPFRAME 2048     // the outermost frame: tracebacks stop here and count this as complete
#define ABIWRAPPER 4096   // made by the linker to pass between ABI0 and ABIInternal
