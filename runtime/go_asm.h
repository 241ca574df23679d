// Offsets of fields and values of constants that assembly needs. They mirror the Go structures and are checked against
// the compiler's layout; order and types are Go 1.25's. Only what assembly touches is listed.

// stack: the memory [lo, hi) of one stack.
#define stack_lo 0
#define stack_hi 8
#define stack__size 16

// gobuf: what gogo restores and mcall, systemstack and morestack save.
#define gobuf_sp 0
#define gobuf_pc 8
#define gobuf_g 16
#define gobuf_ctxt 24 // the closure context, live in DX or R26 at a function's entry
#define gobuf_lr 32   // R30; unused on amd64
#define gobuf_bp 40
#define gobuf__size 48

// g: a goroutine, or the scheduling (g0) or signal (gsignal) stack of an M.
#define g_stack 0
#define g_stackguard0 16 // the split check of ordinary code; stackPreempt asks for a preemption
#define g_stackguard1 24 // the split check of go:systemstack code
#define g__panic 32
#define g__defer 40
#define g_m 48
#define g_sched 56
#define g_syscallsp 104
#define g_syscallpc 112
#define g_syscallbp 120
#define g_stktopsp 128
#define g_param 136
#define g_atomicstatus 144
#define g_stackLock 148
#define g_goid 152
#define g_schedlink 160
#define g_waitsince 168
#define g_waitreason 176

// m: a thread.
#define m_g0 0
#define m_morebuf 8 // gobuf: who called the function that wants more stack
#define m_divmod 56
#define m_procid 64
#define m_gsignal 72
#define m_goSigStack 80
#define m_sigmask 120
#define m_tls 128 // six words; on amd64 the first is the thread's g, see go_tls.h
#define m_mstartfn 176
#define m_curg 184
#define m_caughtsig 192
#define m_p 200
#define m_nextp 208
#define m_oldp 216
#define m_id 224

// p: a processor.
#define p_id 0
#define p_status 4
#define p_link 8
#define p_schedtick 16
#define p_syscalltick 20

// funcval: what a func value points at. The captured variables follow.
#define funcval_fn 0

// States of a g.
#define const__Gidle 0
#define const__Grunnable 1
#define const__Grunning 2
#define const__Gsyscall 3
#define const__Gwaiting 4
#define const__Gdead 6

// Stack sizes. The guard leaves 928 bytes: 800 for chains of nosplit functions, 128 for frames too small to check.
#define const_stackMin 2048
#define const_stackGuard 928
#define const_stackSmall 128
#define const_stackPreempt -1314
#define const_tlsSize 48
