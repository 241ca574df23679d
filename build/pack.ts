/**
 * The last step of the build: one file instead of 150 modules, so that `rt0` starts quickly.
 *
 * esbuild bundles the command. The prepared kinds (machine/exec/prepared.ts) and the model of the memory hierarchy go in as data. A trial run of small programs then
 * lets V8 compile what programs need, and V8's code cache of that is appended. It takes part only in the V8 that made it, and a new
 * `rt0.pack` replaces source and cache together. What tsc wrote stays as it is but for main.js, which now starts the pack;
 * so a plain `tsc` later brings the modules back.
 */
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import type { Plugin } from 'esbuild';
import { arm64Isa } from '../isa/arm64/isa.js';
import { profile as armProfile } from '../isa/arm64/profile.js';
import { profile as x86Profile } from '../isa/x86/cpuid.js';
import { x86Isa } from '../isa/x86/isa.js';
import { linesOf, pages } from '../machine/exec/emit.js';
import { nameOf, pack } from '../machine/exec/prepared.js';

const dist = fileURLToPath(new URL('../', import.meta.url));
const command = join(dist, 'machine/command');
const programs = join(dist, '../programs');

/** Data at the end of the pack, of which a start reads what it needs. */
const data: Uint8Array[] = [];
let dataBytes = 0;
/** Puts bytes there; returns an expression that reads them. */
function stored(bytes: Uint8Array): string {
  data.push(bytes);
  dataBytes += bytes.length;
  return `__data(${dataBytes - bytes.length}, ${dataBytes})`;
}

/** Puts the prepared kinds in the place of the empty module, for the processors that machines have without being told. */
const preparedKinds: Plugin = {
  name: 'prepared kinds',
  setup(build) {
    const entries = [x86Isa(x86Profile()), arm64Isa(armProfile())].flatMap((isa) => [pages, linesOf(64)].map((granule) => {
      const { main, interval, functions, ...rest } = pack(isa, granule);
      const text = `${stored(Buffer.from(JSON.stringify(rest), 'latin1'))}.latin1Slice()`;
      return `${JSON.stringify(nameOf(isa, granule))}: () => ({ ...JSON.parse(${text}), main: ${stored(main)}, interval: ${stored(interval)}, functions: ${stored(functions)} })`;
    }));
    build.onLoad({ filter: /machine[\\/]exec[\\/]packed\.js$/ }, () => ({ contents: `export const packed = { ${entries.join(', ')} };` }));
  },
};

/** Puts the model of the memory hierarchy among the data too: a machine without caches never reads it. */
const memoryModel: Plugin = {
  name: 'memory model',
  setup(build) {
    const image = stored(readFileSync(join(dist, 'machine/memory/model.wasm')));
    build.onLoad({ filter: /machine[\\/]memory[\\/]modelImage\.js$/ }, () => ({ contents: `export const modelImage = () => ${image};` }));
  },
};

/**
 * Imports of functions whose modules are initialised when one is first called, because most runs need none of them: the tables of the other
 * instruction set are a third of all that a start builds. By importing module and imported path.
 */
const late: readonly (readonly [string, string])[] = [['machine/isa.js', '../isa/arm64/isa.js']];
const initialisedLate: Plugin = {
  name: 'initialised late',
  setup(build) {
    for (const [module, path] of late) {
      build.onLoad({ filter: new RegExp(`dist/${module}$`.replace(/[/.]/g, (c) => (c === '/' ? '[\\\\/]' : '\\.'))) }, ({ path: file }) => {
        const text = readFileSync(file, 'utf8');
        const found = text.match(new RegExp(`^import \\{([^}]*)\\} from '${path}';$`, 'm'));
        if (!found) throw new Error(`${module} does not import ${path}`);
        const names = found[1]!.split(',').map((name) => name.trim());
        return { contents: text.replace(found[0], names.map((name) => `const ${name} = (...args) => require('${path}').${name}(...args);`).join(' ')) };
      });
    }
  },
};

/** Large libraries that few commands need stay out; those that are modules only the launcher can import, because it is one. */
const libraries = ['vega', 'vega-lite', 'cli-progress'];
const importedByLauncher: Plugin = {
  name: 'imported by the launcher',
  setup(build) {
    build.onLoad({ filter: /machine[\\/]command[\\/].*\.js$/ }, ({ path }) => ({ contents: readFileSync(path, 'utf8').replace(/\bimport\((?='(?!\.))/g, '__import(') }));
  },
};

async function bundle(): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [join(dist, 'build/entry.js')],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    charset: 'ascii', // one byte a character, also for V8
    minifyWhitespace: true, // names stay, for messages of mistakes
    minifySyntax: true,
    define: { 'import.meta.url': '__url' },
    banner: { js: '(function (exports, require, module, __url, __import, __data) {' },
    footer: { js: '})' },
    plugins: [preparedKinds, memoryModel, initialisedLate, importedByLauncher],
    external: libraries,
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}

/** A start runs much code a little: V8 optimises what has run fifteen times as long as it would wait for, and collects young garbage a third as often. */
const patience = '--interrupt-budget=2000000 --semi-space-growth-factor=16';

/** V8's code cache of `source` after it has booted the example programs, and one that asks the kernel for what Go programs ask it at their start. */
async function trialRun(source: string): Promise<Buffer> {
  setFlagsFromString(patience);
  setFlagsFromString('--no-flush-bytecode'); // what ran once is part of the cache too
  const script = new Script(source, { filename: 'rt0.pack' });
  const module = { exports: {} as typeof import('./entry.js') };
  const url = pathToFileURL(join(command, 'main.js')).href;
  const all = Buffer.concat(data);
  (script.runInThisContext() as (...args: unknown[]) => void)(module.exports, createRequire(url), module, url, (name: string) => import(name), (from: number, to: number) => all.subarray(from, to));
  const { Machine, Kernel, loadImage } = await module.exports.model();
  const { MemoryHost } = await module.exports.hosts();
  for (const name of readdirSync(programs).filter((name) => existsSync(join(programs, name, `${name}_amd64.s`)))) {
    const machine = new Machine({ memoryBytes: 64 * 2 ** 20 }, new MemoryHost(), (parts) => new Kernel(parts));
    machine.load(await loadImage(join(programs, name), 'amd64'), [name]);
    machine.run(1e6);
  }
  await module.exports.rt0(['run', join(dist, '../build/start_amd64.s')], (text) => process.stderr.write(text));
  setFlagsFromString('--flush-bytecode'); // V8 takes a cache only under the flags it was made with
  return script.createCachedData();
}

/** main.js of a packed build. */
const launcher = `#!/usr/bin/env node
/** The \`rt0\` program, from rt0.pack: lengths of the source and of V8's code cache of it, these two, data. */
import { openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

setFlagsFromString('${patience}');
const pack = openSync(new URL('rt0.pack', import.meta.url));
const read = (from, to) => {
  const bytes = Buffer.allocUnsafeSlow(to - from);
  readSync(pack, bytes, 0, to - from, from);
  return bytes;
};
const lengths = read(0, 8);
const cacheStart = 8 + lengths.readUInt32LE(0);
const dataStart = cacheStart + lengths.readUInt32LE(4);
const script = new Script(read(8, cacheStart).latin1Slice(), { filename: 'rt0.pack', cachedData: read(cacheStart, dataStart) });
const module = { exports: {} };
script.runInThisContext()(module.exports, createRequire(import.meta.url), module, import.meta.url, (name) => import(name), (from, to) => read(dataStart + from, dataStart + to));
process.exitCode = await module.exports.rt0(process.argv.slice(2), (text) => process.stderr.write(text));
`;

let source: string | undefined;
try {
  source = await bundle();
} catch (e) {
  console.error(`rt0 stays in modules, which start more slowly: ${(e as Error).message}`); // as where esbuild has no binary
}
if (source !== undefined) {
  const cache = await trialRun(source);
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(source.length, 0);
  lengths.writeUInt32LE(cache.length, 4);
  writeFileSync(join(command, 'rt0.pack'), Buffer.concat([lengths, Buffer.from(source, 'latin1'), cache, ...data]));
  writeFileSync(join(command, 'main.js'), launcher);
}
chmodSync(join(command, 'main.js'), 0o755); // a linked command names this very file
