/** Packages of Go's library whose own tests the machine runs, and which of their tests are left out, and why. */
export interface GoTests {
  readonly name: string;
  /** What this entry runs of a package that has several. */
  readonly part?: string;
  /** The part's tests, as a regular expression for -test.run. */
  readonly only?: string;
  /** The first Go 1.N that has the package, and the first that has it no longer or not whole. */
  readonly since?: number;
  readonly until?: number;
  /** Tests that are left out, as a regular expression for -test.skip (Go 1.20 has that first). */
  readonly skip?: string;
  /** For toolchains without -test.skip: which tests to run. */
  readonly run?: string;
  /** It takes long, in billions of instructions: only in the soak test. */
  readonly billions?: number;
}

/** Name and part, as the samples and the tests call it. */
export const titleOf = (tests: GoTests): string => (tests.part === undefined ? tests.name : `${tests.name} (${tests.part})`);

/** Those that test:all runs, of the first toolchain here. */
export const sample: readonly string[] = [
  'context', 'runtime (memory)', 'runtime (scheduler)', 'runtime (stacks)', 'runtime/debug', 'sync', 'testing/synctest', 'weak',
  'container/heap', 'crypto/sha256', 'encoding/base64', 'encoding/csv', 'hash/crc32', 'maps', 'math', 'math/bits', 'sort', 'strconv', 'text/template', 'unicode/utf8',
];

/** And those of the others. */
export const sampleOfOthers: readonly string[] = ['context', 'runtime (channels)', 'runtime (scheduler)', 'sync', 'encoding/binary', 'math', 'strings', 'text/tabwriter'];

/** And those of all for arm64. */
export const sampleOfArm64: readonly string[] = ['context', 'runtime (scheduler)', 'runtime (stacks)', 'sync', 'internal/runtime/atomic', 'math', 'math/bits', 'crypto/sha256'];

const plain: readonly string[] = [
  'bufio', 'bytes', 'compress/bzip2', 'compress/lzw', 'compress/zlib', 'container/heap', 'container/list', 'container/ring', 'crypto/aes', 'crypto/des', 'crypto/ed25519',
  'crypto/hmac', 'crypto/md5', 'crypto/rc4', 'crypto/sha1', 'crypto/sha256', 'crypto/sha512', 'crypto/subtle', 'encoding/ascii85', 'encoding/base32', 'encoding/base64',
  'encoding/binary', 'encoding/csv', 'encoding/hex', 'encoding/pem', 'encoding/xml', 'errors', 'fmt', 'go/ast', 'go/constant', 'go/format', 'go/parser', 'go/printer', 'go/scanner',
  'go/token', 'hash/adler32', 'hash/crc32', 'hash/crc64', 'hash/fnv', 'hash/maphash', 'html', 'html/template', 'io', 'io/fs', 'io/ioutil', 'log', 'math', 'math/bits',
  'math/cmplx', 'math/rand', 'os/signal', 'path', 'path/filepath', 'reflect', 'regexp', 'regexp/syntax', 'sort', 'strconv', 'strings', 'text/scanner', 'text/tabwriter', 'text/template',
  'text/template/parse', 'unicode', 'unicode/utf16', 'unicode/utf8',
];

/**
 * Parts of the runtime's tests that every version has. Left out are those that build programs, open sockets or take
 * billions of instructions.
 */
const runtimeParts: readonly GoTests[] = Object.entries({
  channels: 'Chan|Select|SelfSelect|Multi|Nonblock|PseudoRandom|ShrinkStack',
  scheduler:
    'Yield|Block|GoroutineP(arallelism$|rofile)|TimerFairness|Preemption(GC)?$|Sched|Steal|LockOSThreadNesting|Getg|NetpollBreak|SemaHandoff1?$|RWMutex|ParallelRW|LFStack|ProfBuf|SignalM|NewOSProc0|RuntimeLock|Idle',
  memory:
    'GCT|GCI|Gc[ADLMPR]|HugeGC|Finalizer[TIRZ]|PageAlloc(Exhaust|Free|AllocAndFree|Grow)|PageCache|PallocBits|AddrRanges|Scavenger|TinyAlloc|ReadMe|Cleanup|Pinner|UserForced|PeriodicGC|MemStats|TimeHist',
  stacks:
    'Stack([CMPW]|Out|All)|Traceback(Args|El|Gen|Par|Sys)|Callers?|Defer([DFHW]|Leaf)|DebugCall(Large|GC|Panic|Unsafe)?$|Panic(Far|Inl|Use)|RecoverM|Conditional|AbortedPanic|GoexitDefer|OpenAnd|NonOpen|SetPanic|Uncond|Disapp',
}).map(([part, names]) => ({ name: 'runtime', part, only: `^Test(${names})` }));

/** What the runtime is made of, and what stands on it directly. */
const concurrent: readonly GoTests[] = [
  { name: 'internal/singleflight' },
  { name: 'os/signal' },
  { name: 'runtime/debug' },
  { name: 'runtime/metrics' },
  { name: 'sync' },
  { name: 'sync/atomic' },
  { name: 'weak', since: 24 },
  { name: 'unique', since: 23 },
  { name: 'testing/synctest', since: 25 },
  { name: 'runtime/internal/atomic', until: 23 },
  { name: 'runtime/internal/math', until: 23 },
  { name: 'runtime/internal/sys', until: 23 },
  { name: 'internal/runtime/atomic', since: 23 },
  { name: 'internal/runtime/cgroup', since: 25 },
  { name: 'internal/runtime/gc/scan', since: 26 },
  { name: 'internal/runtime/maps', since: 24 },
  { name: 'internal/runtime/math', since: 23 },
  { name: 'internal/runtime/sys', since: 23 },
  { name: 'internal/runtime/syscall/linux', since: 26 },
  // the one that opens a socket
  { name: 'context', skip: 'ExampleAfterFunc_connection' },
  { name: 'internal/sync', since: 24, billions: 4 },
  { name: 'internal/synctest', since: 24, billions: 4 },
  ...runtimeParts,
  { name: 'runtime', since: 20, part: 'all', billions: 25 },
];

export const packages: readonly GoTests[] = [
  ...concurrent,
  ...plain.map((name) => ({ name })),
  { name: 'cmp', since: 21 },
  { name: 'iter', since: 23 },
  { name: 'log/slog', since: 21 },
  { name: 'maps', since: 21 },
  { name: 'math/rand/v2', since: 22 },
  { name: 'slices', since: 21 },
  // tests that keep processors busy for seconds; Debian's 1.19 comes without time zones
  { name: 'time', since: 20, skip: 'TestLongAdjustTimers|TestStopResult|TestResetResult|TestChan|TestTimerGC' },
  // the one test that opens a socket
  { name: 'encoding/json', skip: 'TestHTTPDecoding', run: '^Test[^H]' },
  { name: 'compress/flate', billions: 5 },
  { name: 'compress/gzip', billions: 5, skip: 'Example_compressingReader', run: '^Test' }, // it opens a socket
  { name: 'crypto/cipher', billions: 10, skip: 'TestCTR_AES_multiblock_XORKeyStreamAt' }, // as long again
  { name: 'encoding/asn1', billions: 5 },
  { name: 'encoding/gob', billions: 5 },
  { name: 'math/big', billions: 10, skip: 'TestEscape|TestAddMulVVWW|TestAddVV|TestSubVV' }, // seconds even natively
];

const minor = (version: string): number => Number(/^go1\.(\d+)/.exec(version)?.[1]);

/** The packages that a toolchain has. */
export const packagesOf = (version: string): readonly GoTests[] => packages.filter((p) => (p.since ?? 0) <= minor(version) && minor(version) < (p.until ?? Infinity));

/** Flags of the test binary. */
export const testFlags = (tests: GoTests, version: string): readonly string[] => [
  '-test.short',
  '-test.timeout=0', // of virtual time
  ...(tests.only === undefined ? [] : [`-test.run=${tests.only}`]),
  ...(minor(version) >= 20 ? (tests.skip === undefined ? [] : [`-test.skip=${tests.skip}`]) : tests.run === undefined ? [] : [`-test.run=${tests.run}`]),
];
