/** Packages of Go's library whose own tests the machine runs, and which of their tests are left out, and why. */
export interface GoTests {
  readonly name: string;
  /** The first Go 1.N that has the package. */
  readonly since?: number;
  /** Tests that the kernel model cannot pass yet, as a regular expression for -test.skip (Go 1.20 has that first). */
  readonly skip?: string;
  /** For toolchains without -test.skip: which tests to run. */
  readonly run?: string;
  /** It takes long, in billions of instructions: only in the soak test. */
  readonly billions?: number;
}

/** Those that test:all runs, of the first toolchain here. */
export const sample: readonly string[] = [
  'container/heap', 'crypto/sha256', 'encoding/base64', 'encoding/csv', 'hash/crc32', 'maps', 'math', 'math/bits', 'sort', 'strconv', 'text/template', 'unicode/utf8',
];

/** And those of the others. */
export const sampleOfOthers: readonly string[] = ['encoding/binary', 'math', 'strings', 'text/tabwriter'];

const plain: readonly string[] = [
  'bufio', 'bytes', 'compress/bzip2', 'compress/lzw', 'compress/zlib', 'container/heap', 'container/list', 'container/ring', 'crypto/aes', 'crypto/des', 'crypto/ed25519',
  'crypto/hmac', 'crypto/md5', 'crypto/rc4', 'crypto/sha1', 'crypto/sha256', 'crypto/sha512', 'crypto/subtle', 'encoding/ascii85', 'encoding/base32', 'encoding/base64',
  'encoding/binary', 'encoding/csv', 'encoding/hex', 'encoding/pem', 'encoding/xml', 'errors', 'fmt', 'go/ast', 'go/constant', 'go/format', 'go/parser', 'go/printer', 'go/scanner',
  'go/token', 'hash/adler32', 'hash/crc32', 'hash/crc64', 'hash/fnv', 'hash/maphash', 'html', 'html/template', 'io', 'io/fs', 'io/ioutil', 'log', 'math', 'math/bits',
  'math/cmplx', 'math/rand', 'path', 'path/filepath', 'reflect', 'regexp', 'regexp/syntax', 'sort', 'strconv', 'strings', 'text/scanner', 'text/tabwriter', 'text/template',
  'text/template/parse', 'time', 'unicode', 'unicode/utf16', 'unicode/utf8',
];

export const packages: readonly GoTests[] = [
  ...plain.map((name) => ({ name })),
  { name: 'cmp', since: 21 },
  { name: 'iter', since: 23 },
  { name: 'log/slog', since: 21 },
  { name: 'maps', since: 21 },
  { name: 'math/rand/v2', since: 22 },
  { name: 'slices', since: 21 },
  // the one test that opens a socket
  { name: 'encoding/json', skip: 'TestHTTPDecoding', run: '^Test[^H]' },
  { name: 'compress/flate', billions: 5 },
  { name: 'compress/gzip', billions: 5 },
  { name: 'crypto/cipher', billions: 10 },
  { name: 'encoding/asn1', billions: 5 },
  { name: 'encoding/gob', billions: 5 },
  { name: 'math/big', billions: 10 },
];

const minor = (version: string): number => Number(/^go1\.(\d+)/.exec(version)?.[1]);

/** The packages that a toolchain has. */
export const packagesOf = (version: string): readonly GoTests[] => packages.filter((p) => (p.since ?? 0) <= minor(version));

/** Flags of the test binary. */
export const testFlags = (tests: GoTests, version: string): readonly string[] => [
  '-test.short',
  '-test.timeout=0', // of virtual time
  ...(minor(version) >= 20 ? (tests.skip === undefined ? [] : [`-test.skip=${tests.skip}`]) : tests.run === undefined ? [] : [`-test.run=${tests.run}`]),
];
