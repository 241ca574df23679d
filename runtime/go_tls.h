// The current g of amd64 stands in thread-local storage, in the word below the thread's base: -8(FS) on linux/amd64,
// which is m.tls[0] because settls and clone set the base to &m.tls[1].
//
//	get_tls(CX)
//	MOVQ g(CX), AX
//
// A static image reaches the word in one instruction: the assembler drops the get_tls and writes the FS prefix into the
// access itself. Both lines are written all the same, so that the source also suits the images where it takes two.
//
// arm64 keeps g in R28, which its assembler calls g.

#ifdef GOARCH_amd64
#define get_tls(r) MOVQ TLS, r
#define g(r) 0(r)(TLS*1)
#endif
