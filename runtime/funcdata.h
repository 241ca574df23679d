// Tables that hang on a function: FUNCDATA names a table, PCDATA selects an entry of it for the code that follows.
// Numbers are those of internal/abi; the collector, the traceback code and the compiler index by them.

#define PCDATA_UnsafePoint 0
#define PCDATA_StackMapIndex 1
#define PCDATA_InlTreeIndex 2
#define PCDATA_ArgLiveIndex 3
#define PCDATA_PanicBounds 4

#define FUNCDATA_ArgsPointerMaps 0
#define FUNCDATA_LocalsPointerMaps 1
#define FUNCDATA_StackObjects 2
#define FUNCDATA_InlTree 3
#define FUNCDATA_OpenCodedDeferInfo 4
#define FUNCDATA_ArgInfo 5
#define FUNCDATA_ArgLiveInfo 6
#define FUNCDATA_WrapInfo 7

// Values of PCDATA_UnsafePoint. -1 is the default: an asynchronous preemption may stop here.
#define UnsafePointSafe -1
#define UnsafePointUnsafe -2

// The pointer map of the arguments comes from the Go declaration of the function.
#define GO_ARGS FUNCDATA $FUNCDATA_ArgsPointerMaps, go_args_stackmap(SB)

// From here on the results hold values and the collector must see them.
#define GO_RESULTS_INITIALIZED PCDATA $PCDATA_StackMapIndex, $1

// The frame holds no pointers. Needed in assembly functions that have a frame and call Go.
#define NO_LOCAL_POINTERS FUNCDATA $FUNCDATA_LocalsPointerMaps, runtime·no_pointers_stackmap(SB)

// The size of the arguments differs from call to call.
#define ArgsSizeUnknown 0x80000000
