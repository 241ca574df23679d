/** The stub of gdb's remote protocol, packet by packet; and what clients that do not keep to it bring about: nothing. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { framed, PacketReader } from '../../../machine/debug/gdb/packets.js';
import { GdbStub } from '../../../machine/debug/gdb/stub.js';
import { DebugInfo } from '../../../machine/debug/info.js';
import { Session } from '../../../machine/debug/session/session.js';
import { MemoryHost } from '../../../machine/host.js';
import { Kernel } from '../../../machine/kernel/kernel.js';
import { Machine } from '../../../machine/machine.js';
import { imageOf } from '../../helpers/guest.js';
import { Random } from '../../helpers/random.js';
const Gdb = suite('gdb remote protocol');

function stubOf(name: string, arch: 'amd64' | 'arm64' = 'amd64'): { stub: GdbStub; session: Session } {
  const image = imageOf(name, arch);
  const machine = new Machine({ memoryBytes: 2 ** 26, arch, cores: 2 }, new MemoryHost(), (parts) => new Kernel(parts));
  machine.load(image, [name]);
  machine.idling = 'leap';
  const session = new Session(machine, DebugInfo.of(image), 2 ** 26, () => Promise.resolve());
  session.goto(0);
  return { stub: new GdbStub(session, `/images/${name}`), session };
}

Gdb('packets come whole, in pieces, escaped or damaged', () => {
  const reader = new PacketReader();
  assert.is(framed('g'), '$g#67');
  assert.is(framed('a#b'), `$a}\x03b#${((97 + 125 + 3 + 98) & 255).toString(16)}`);
  assert.equal([...reader.take('+$g#6')], []);
  assert.equal([...reader.take('7\x03+$m0,4#fd')], [{ kind: 'packet', text: 'g' }, { kind: 'interrupt' }, { kind: 'packet', text: 'm0,4' }]);
  assert.equal([...reader.take(`${framed('a#}b')}$g#00`)], [{ kind: 'packet', text: 'a#}b' }, { kind: 'damaged' }]);
});

for (const arch of ['amd64', 'arm64'] as const) {
  Gdb(`answers what gdb asks, ${arch}`, async () => {
    const { stub, session } = stubOf('boot2', arch);
    const reply = async (packet: string): Promise<string | undefined> => (await stub.answer(packet)).reply;
    assert.match((await reply('qSupported:multiprocess+'))!, /ReverseStep\+;ReverseContinue\+/);
    assert.is(await reply('?'), 'T02thread:1;core:0;');
    const xml = (await reply('qXfer:features:read:target.xml:0,ffff'))!;
    assert.match(xml, arch === 'amd64' ? /^l<\?xml.*i386:x86-64.*"rip"/ : /^l<\?xml.*aarch64.*"cpsr"/);
    const bits = [...xml.matchAll(/bitsize="(\d+)"/g)].reduce((sum, m) => sum + Number(m[1]), 0);
    assert.is((await reply('g'))!.length, bits / 4, 'as many bytes as the description has');
    const pc = arch === 'amd64' ? 16 : 32;
    const pcOf = async (): Promise<number> => Number(BigInt(`0x${Buffer.from((await reply(`p${pc.toString(16)}`))!, 'hex').reverse().toString('hex')}`));
    const entry = await pcOf();
    assert.is(entry, session.machine.core(0).pc);
    assert.is(await reply('qXfer:exec-file:read::0,100'), 'l/images/boot2');
    assert.is(await reply('qfThreadInfo'), 'm1');
    assert.is(await reply(`m${entry.toString(16)},4`), Buffer.from(session.info.sections.memory(entry)!.slice(0, 4)).toString('hex'));
    assert.is(await reply('m0,4'), 'E0e');
    const gogo = session.info.functionNamed('runtime.gogo')!.low;
    assert.is(await reply(`Z0,${gogo.toString(16)},1`), 'OK');
    assert.match((await reply('vCont;c'))!, /^T05thread:1;core:\d;swbreak:;$/);
    const moment = session.history.now;
    assert.is(await pcOf(), gogo);
    assert.match((await reply('vCont;s:1;c'))!, /^T05thread:1;/);
    assert.is(session.history.now, moment + 1);
    await reply('bs');
    assert.is(session.history.now, moment);
    assert.match((await reply('bc'))!, /replaylog:begin;$/);
    assert.is(session.history.now, 0);
    assert.is(await reply(`z0,${gogo.toString(16)},1`), 'OK');
    assert.is(await reply('vCont;c'), 'W00');
    assert.is(await reply('M0,1:00'), 'E01', 'runs are repeated; nothing is written');
    assert.equal(await stub.answer('D'), { reply: 'OK', over: 'detached' });
  });
}

Gdb('garbage is answered, and leaves the machine as it was', async () => {
  const { stub, session } = stubOf('hello');
  const before = session.machine.digest();
  const r = new Random(5);
  const letters = 'qvzZHTmgpXMGPs?;:,0123456789abcdefXfer-threads.ContKill*';
  for (let i = 0; i < 2000; i++) {
    const packet = Array.from({ length: r.below(20) }, () => letters[r.below(letters.length)]!).join('');
    if (/^(vCont;|c|s|b[sc]|k|D|vKill)/.test(packet)) continue;
    const { reply } = await stub.answer(packet);
    assert.type(reply, 'string', packet);
  }
  const reader = new PacketReader();
  for (let i = 0; i < 300; i++) for (const incoming of reader.take(Array.from({ length: 500 }, () => String.fromCharCode(r.below(256))).join(''))) if (incoming.kind === 'packet' && !/^[csbkDv]/.test(incoming.text)) await stub.answer(incoming.text);
  assert.is(session.machine.digest(), before);
});

Gdb.run();
