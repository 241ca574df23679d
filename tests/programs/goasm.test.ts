/**
 * The guest's assembly and Go's own assembler: it accepts every file and makes the same bytes, data and relocations.
 * Skipped where there is no Go toolchain of 1.25 or later.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { archOfName } from '../../asm/assemble.js';
import { arches } from '../../machine/config.js';
import { assemblyIn, includeFor, programs, source } from '../helpers/guest.js';
import { differences, goAssemble, goCommand, ourAssemble } from '../helpers/goasm.js';
import { root } from '../helpers/root.js';

const GoAsm = suite("guest assembly against Go's assembler");

/** 0 when there is no Go. Before 1.25 the rules for frames and ABIs differ. */
const version = Number(/go1\.(\d+)/.exec(spawnSync(goCommand, ['version'], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? 0);
const able = version >= 25;
if (!able) console.log('guest assembly: not compared, no go of 1.25 or later');

const files = [...assemblyIn('runtime'), ...['lib', ...programs].flatMap((name) => assemblyIn(`programs/${name}`))];

const both = files.flatMap((path) => arches.filter((arch) => (archOfName(path) ?? arch) === arch).map((arch) => ({ path, arch })));

for (const { path, arch } of able ? both : []) {
  GoAsm(`${path} is assembled alike for ${arch}`, () => {
    const go = goAssemble(join(root, path), 'runtime', [join(root, 'runtime'), join(root, 'programs/lib')], arch);
    const ours = ourAssemble(path, source(path).text, { arch, include: includeFor([path]), pkgpath: 'runtime' });
    if (typeof go === 'string') throw new Error(go);
    if (typeof ours === 'string') throw new Error(ours);
    assert.equal(differences(ours, go), []);
  });
}

GoAsm.run();
