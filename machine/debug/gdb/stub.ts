/**
 * The stub of gdb's remote protocol: what a debugger asks over a connection, answered from a session. GDB manual, appendix E.
 *
 * Threads are the kernel's tasks; the run stops as a whole. Memory and registers are looked at and never written: this machine's runs are repeated, and what a
 * debugger puts in would be lost. Execution goes both ways (bs, bc).
 */
import type { Session, Stop } from '../session/session.js';
import { StepError, stepInstructions } from '../session/stepping.js';
import { reverseInstructions } from '../session/reverse.js';
import { coreOf } from '../session/place.js';
import { goroutines } from '../views/goroutines.js';
import { Look } from '../views/look.js';
import { registersHex, targetXml } from './target.js';
import { mostBytes } from './packets.js';

/** What the stub answers: a reply, or that the connection is over. */
export type Answer = { readonly reply: string } | { readonly reply?: string; readonly over: 'detached' | 'killed' };

const SIGINT = 2;
const SIGTRAP = 5;
const unsupported: Answer = { reply: '' };
const ok: Answer = { reply: 'OK' };
const error = (n: number): Answer => ({ reply: `E${n.toString(16).padStart(2, '0')}` });
const hex = (n: number): string => n.toString(16);
const escape = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** What qSupported says; everything else is answered as unsupported. */
const supported = [`PacketSize=${hex(mostBytes)}`, 'QStartNoAckMode+', 'qXfer:features:read+', 'qXfer:threads:read+', 'qXfer:exec-file:read+', 'qXfer:auxv:read+', 'vContSupported+', 'ReverseStep+', 'ReverseContinue+', 'swbreak+', 'hwbreak+'].join(';');

export class GdbStub {
  /** The task that g, m and steps without a thread are about. */
  private tid = 0;
  private last: Stop = { why: 'interrupt' };
  /** gdb's breakpoints: by kind and address, the session's number. */
  private readonly points = new Map<string, number>();

  /** `path`: of the image on this computer. */
  constructor(private readonly s: Session, private readonly path: string) {
    this.tid = s.tid;
  }

  /** The client has gone: its breakpoints go with it. */
  forget(): void {
    for (const number of this.points.values()) this.s.points.delete(number);
    this.points.clear();
  }

  /** Answers a packet. Errors of the session are error replies; what is not known is the empty one. */
  async answer(packet: string): Promise<Answer> {
    try {
      return await this.dispatch(packet);
    } catch (e) {
      if (e instanceof StepError) return error(0x0e);
      throw e;
    }
  }

  private async dispatch(packet: string): Promise<Answer> {
    const [, name, rest] = /^(v[A-Z][A-Za-z]*|[qQ][A-Za-z]+|[^])([^]*)$/.exec(packet) ?? ['', '', ''];
    switch (name) {
      case 'qSupported': return { reply: supported };
      case 'QStartNoAckMode': return ok;
      case '?': return { reply: this.stopReply(this.last) };
      case 'qAttached': return { reply: '1' };
      case 'qC': return { reply: `QC${hex(this.s.tid)}` };
      case 'qfThreadInfo': return { reply: `m${this.look?.tasks.map((t) => hex(t.tid)).join(',') ?? ''}` };
      case 'qsThreadInfo': return { reply: 'l' };
      case 'qThreadExtraInfo': return { reply: Buffer.from(this.threadName(parseInt(rest!.slice(1), 16))).toString('hex') };
      case 'qXfer': return this.transfer(rest!);
      case 'H': return this.choose(rest!);
      case 'T': return this.look?.tasks.some((t) => t.tid === parseInt(rest!, 16)) ? ok : error(1);
      case 'g': return this.registers();
      case 'p': return this.registers(parseInt(rest!, 16));
      case 'm': return this.memory(rest!);
      case 'Z': return this.insert(rest!);
      case 'z': return this.remove(rest!);
      case 'vCont': return rest === '?' ? { reply: 'vCont;c;C;s;S' } : this.resume(rest!);
      case 'c': return this.stopped(await this.s.run());
      case 's': return this.stopped(await this.stepped(this.tid));
      case 'b': return this.backwards(rest!);
      case 'D': return { reply: 'OK', over: 'detached' };
      case 'k': return { over: 'killed' };
      case 'vKill': return { reply: 'OK', over: 'killed' };
      case 'M': case 'X': case 'G': case 'P': return error(0x01); // EPERM: runs are repeated, and would not repeat what is written
      default: return unsupported;
    }
  }

  private get look(): Look | undefined {
    return Look.of(this.s.machine, this.s.info);
  }

  /** The goroutine that a thread runs. */
  private threadName(tid: number): string {
    const { look } = this;
    const task = look?.tasks.find((t) => t.tid === tid);
    if (!look || !task) return '';
    const g = look.info.go && goroutines(look).find((one) => one.thread === tid);
    return `${task.state === 'running' ? `core ${task.core}` : task.state}${g ? `, goroutine ${g.id} ${g.user}` : ''}`;
  }

  private transfer(rest: string): Answer {
    const m = /^:([a-z-]+):read:([^:]*):([0-9a-f]+),([0-9a-f]+)$/.exec(rest);
    if (!m) return unsupported;
    const [, object, annex, offset, length] = m;
    const { look } = this;
    const whole = object === 'features' && annex === 'target.xml' ? targetXml(this.s.machine.config.arch)
      : object === 'threads' ? `<?xml version="1.0"?><threads>${(look?.tasks ?? []).map((t) => `<thread id="${hex(t.tid)}"${t.state === 'running' ? ` core="${t.core}"` : ''} name="${escape(this.threadName(t.tid))}"/>`).join('')}</threads>`
        : object === 'exec-file' ? this.path
          : object === 'auxv' && look ? String.fromCharCode(...look.kernel.space(look.process).auxv) : undefined;
    if (whole === undefined) return error(0);
    const from = parseInt(offset!, 16);
    const part = whole.slice(from, from + parseInt(length!, 16));
    return { reply: `${from + part.length < whole.length ? 'm' : 'l'}${part}` };
  }

  private choose(rest: string): Answer {
    const tid = parseInt(rest.slice(1), 16);
    if (tid > 0) {
      if (!this.look?.tasks.some((t) => t.tid === tid)) return error(1);
      this.tid = tid;
    } else this.tid = this.s.tid;
    return ok;
  }

  private registers(only?: number): Answer {
    const { look } = this;
    const task = look?.tasks.find((t) => t.tid === this.tid);
    if (!look || !task) return error(3); // ESRCH
    const text = registersHex(look, task, only);
    return text === '' ? error(0) : { reply: text };
  }

  private memory(rest: string): Answer {
    const [at, count] = rest.split(',').map((word) => parseInt(word, 16));
    const { look } = this;
    if (!look || at === undefined || count === undefined || Number.isNaN(at + count) || count * 2 > mostBytes) return error(0x16); // EINVAL
    let reply = '';
    for (let i = 0; i < count; i++) {
      const byte = look.memory.read(at + i, 1);
      if (!byte) break; // what there is before
      reply += byte[0]!.toString(16).padStart(2, '0');
    }
    return reply === '' && count > 0 ? error(0x0e) : { reply };
  }

  /** Z0 and Z1 are breakpoints, Z2 to Z4 watch stores, loads and both. */
  private insert(rest: string): Answer {
    const m = /^([0-4]),([0-9a-f]+),([0-9a-f]+)/.exec(rest);
    if (!m) return unsupported;
    const [key, kind, at, bytes] = [m[0], Number(m[1]), parseInt(m[2]!, 16), parseInt(m[3]!, 16)];
    if (this.points.has(key)) return ok;
    const { points } = this.s;
    const added = kind < 2 ? points.addBreak(key, [at]) : points.addWatch(key, { low: at, high: at + Math.max(1, bytes), read: kind !== 2, write: kind !== 3 });
    this.points.set(key, added.number);
    return ok;
  }
  private remove(rest: string): Answer {
    const key = /^[0-4],[0-9a-f]+,[0-9a-f]+/.exec(rest)?.[0] ?? '';
    const number = this.points.get(key);
    if (number !== undefined) this.s.points.delete(number);
    this.points.delete(key);
    return ok;
  }

  /** vCont: a thread that steps decides; otherwise all go on. */
  private async resume(rest: string): Promise<Answer> {
    const actions = rest.split(';').filter(Boolean).map((word) => /^([csCS])(?:[0-9a-f]{2})?(?::(-?[0-9a-f]+))?$/.exec(word));
    if (actions.length === 0 || actions.some((a) => a === null)) return unsupported;
    const step = actions.find((a) => a![1]!.toLowerCase() === 's');
    return this.stopped(step ? await this.stepped(step[2] === undefined || step[2] === '-1' ? this.tid : parseInt(step[2], 16)) : await this.s.run());
  }

  private async stepped(tid: number): Promise<Stop> {
    const core = coreOf(this.s.machine, tid);
    if (core >= 0) this.s.focus(core);
    return stepInstructions(this.s);
  }

  private async backwards(kind: string): Promise<Answer> {
    if (kind !== 's' && kind !== 'c') return unsupported;
    return this.stopped(kind === 'c' ? await this.s.back() : reverseInstructions(this.s));
  }

  private stopped(stop: Stop): Answer {
    this.last = stop;
    if ('core' in stop) this.s.focus(stop.core);
    this.tid = this.s.tid;
    return { reply: this.stopReply(stop) };
  }

  private stopReply(stop: Stop): string {
    if (stop.why === 'exit') return `W${hex(stop.status & 0xff).padStart(2, '0')}`;
    const signal = stop.why === 'interrupt' ? SIGINT : SIGTRAP;
    const why = stop.why === 'watchpoint' ? `${stop.point.watch.read ? (stop.point.watch.write ? 'awatch' : 'rwatch') : 'watch'}:${hex(stop.accesses[0]!.va)};`
      : stop.why === 'breakpoint' ? 'swbreak:;' : stop.why === 'start' ? 'replaylog:begin;' : '';
    return `T${hex(signal).padStart(2, '0')}thread:${hex(this.s.tid)};core:${hex(this.s.core)};${why}`;
  }
}
