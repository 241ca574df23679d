/** gdb as an oracle: types as it lays them out, and the frames and variables of programs that it stops. Its Python prints what tests read. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Arch } from '../../machine/config.js';

export const gdbFor = (arch: Arch): string => (arch === 'amd64' ? 'gdb' : 'gdb-multiarch');

/** What gdb prints when it runs a script of Python on an image. */
export function runGdb(arch: Arch, image: string, script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rt0-gdb-'));
  try {
    const file = join(folder, 'script.py');
    writeFileSync(file, script);
    const r = spawnSync(gdbFor(arch), ['-nx', '-batch', '-ex', 'set auto-load no', '-ex', `source ${file}`, image], { encoding: 'utf8', maxBuffer: 2 ** 28, timeout: 300_000, input: '' });
    if (r.error !== undefined) throw r.error;
    return r.stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As layoutsOf of this file's tests print a type: its size, then `path offset size`, of bit fields `path bit:width`. Arrays stand for their last element. */
export function gdbLayouts(arch: Arch, image: string, names: readonly string[]): ReadonlyMap<string, string> {
  const out = runGdb(arch, image, `
import gdb, json
def leaves(t, path, offset, out, depth):
    t = t.strip_typedefs()
    if t.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION) and depth < 6:
        for f in t.fields():
            if not hasattr(f, 'bitpos'): continue
            p = path + ('.' + f.name if f.name else '')
            if f.bitsize: out.append('%s %d:%d' % (p, offset * 8 + f.bitpos, f.bitsize))
            else: leaves(f.type, p, offset + f.bitpos // 8, out, depth + 1)
    elif t.code == gdb.TYPE_CODE_ARRAY and depth < 6 and t.range()[1] >= 0:
        last = t.range()[1]
        leaves(t.target(), path + '[%d]' % last, offset + last * t.target().sizeof, out, depth + 1)
    else: out.append('%s %d %d' % (path, offset, t.sizeof))
for name in json.loads(${JSON.stringify(JSON.stringify(names))}):
    try: t = gdb.lookup_type(name)
    except gdb.error: continue
    out = []
    leaves(t, '', 0, out, 0)
    print(json.dumps([name, '\\n'.join([str(t.sizeof)] + out)]))
`);
  return new Map(out.split('\n').filter((line) => line.startsWith('["')).map((line) => JSON.parse(line) as [string, string]));
}

/** A variable of a frame: where it is in memory, what number it is, or neither (`gone`). */
export interface GdbVariable {
  readonly name: string;
  readonly address: number | undefined;
  readonly value: string | undefined;
  readonly gone: boolean;
}

export interface GdbFrame {
  readonly pc: number;
  readonly sp: number;
  readonly name: string | null;
  readonly line: number;
  readonly inlined: boolean;
  readonly variables: readonly GdbVariable[];
}

export interface GdbStop {
  readonly frames: readonly GdbFrame[];
  /** By DWARF's numbers. */
  readonly registers: readonly string[];
  /** Pieces of memory: address and bytes in hex. */
  readonly memory: readonly (readonly [number, string])[];
}

const registerNames: Readonly<Record<Arch, readonly string[]>> = {
  amd64: ['rax', 'rdx', 'rcx', 'rbx', 'rsi', 'rdi', 'rbp', 'rsp', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'],
  arm64: [...Array.from({ length: 31 }, (_, i) => `x${i}`), 'sp'],
};

/** What is stopped at: functions, and then how many instructions are stepped at each stop, recording after every \`every\`. */
export interface GdbRun {
  readonly breaks: readonly string[];
  readonly stops: number;
  readonly steps: number;
  readonly every: number;
  /** Memory to record beside the stack. */
  readonly areas: readonly (readonly [address: number, bytes: number])[];
  readonly environment: readonly string[];
}

const recorder = (arch: Arch, run: GdbRun, start: readonly string[]): string => `
import gdb, json
names = json.loads('${JSON.stringify(registerNames[arch])}')
areas = json.loads('${JSON.stringify(run.areas)}')
sp = '${arch === 'amd64' ? 'rsp' : 'sp'}'
mask = (1 << 64) - 1
scalars = (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_ENUM, gdb.TYPE_CODE_BOOL, gdb.TYPE_CODE_CHAR)
def variables(frame):
    out = []
    try: block = frame.block()
    except RuntimeError: return out
    while block and not block.is_global and not block.is_static:
        for s in block:
            if not (s.is_variable or s.is_argument) or s.addr_class == gdb.SYMBOL_LOC_STATIC: continue
            item = {'name': s.name, 'gone': False}
            try:
                v = s.value(frame)
                if v.is_optimized_out: item['gone'] = True
                elif v.address is not None: item['address'] = int(v.address) & mask
                elif v.type.strip_typedefs().code in scalars: item['value'] = hex(int(v) & ((1 << (8 * v.type.sizeof)) - 1))
                else: continue
            except gdb.error: item['gone'] = True
            out.append(item)
        if block.function: break
        block = block.superblock
    return out
def record():
    frames = []
    f = gdb.newest_frame()
    while f is not None and f.is_valid() and len(frames) < 40:
        if f.type() == gdb.TAILCALL_FRAME: break # gdb's guess at a function that is not on the stack
        frames.append({'pc': f.pc(), 'sp': int(f.read_register(sp)) & mask, 'name': f.name(), 'line': f.find_sal().line, 'inlined': f.type() == gdb.INLINE_FRAME, 'variables': variables(f)})
        f = f.older()
    top = gdb.newest_frame()
    low = int(top.read_register(sp)) & mask
    memory = []
    for at, size in [[low - 512, 8192 + 512]] + areas:
        while size > 0:
            try:
                memory.append([at, bytes(gdb.selected_inferior().read_memory(at, size)).hex()])
                break
            except gdb.MemoryError: size = size // 2
    print('STOP ' + json.dumps({'frames': frames, 'registers': [str(int(top.read_register(n)) & mask) for n in names], 'memory': memory}))
gdb.execute('set pagination off')
gdb.execute('set confirm off')
gdb.execute('set breakpoint pending on')
gdb.execute('handle SIGURG nostop noprint pass')
for b in json.loads(${JSON.stringify(JSON.stringify(run.breaks))}): gdb.execute('break ' + b)
${start.map((s) => `gdb.execute(${JSON.stringify(s)})`).join('\n')}
try:
    for i in range(${run.stops}):
        record()
        for n in range(${run.steps}):
            gdb.execute('stepi ${run.every}', to_string=True)
            record()
        gdb.execute('continue', to_string=True)
except gdb.error as e: print('END', e)
try: gdb.execute('kill')
except gdb.error: pass
`;

const parsed = (text: string): GdbStop[] => text.split('\n').filter((l) => l.startsWith('STOP ')).map((l) => JSON.parse(l.slice(5)) as GdbStop);

/** Runs a program of this computer's instruction set under gdb. */
export function gdbStops(image: string, run: GdbRun): GdbStop[] {
  const environment = run.environment.map((e) => `set environment ${e.replace('=', ' ')}`);
  return parsed(runGdb('amd64', image, recorder('amd64', run, [...environment, 'run > /dev/null'])));
}

let port = 20_000 + (process.pid % 20_000);

/** Runs a program of arm64 in qemu, which gdb then controls. */
export function gdbStopsInQemu(image: string, run: GdbRun): GdbStop[] {
  port++;
  const qemu: ChildProcess = spawn('qemu-aarch64', ['-g', String(port), image], { stdio: 'ignore', env: Object.fromEntries(run.environment.map((e) => e.split('=') as [string, string])) });
  try {
    return parsed(runGdb('arm64', image, recorder('arm64', run, ['set tcp auto-retry on', `target remote :${port}`, 'continue'])));
  } finally {
    qemu.kill('SIGKILL');
  }
}
