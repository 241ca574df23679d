/** How --strace shows what poll and epoll are asked and answer. */
import { EPOLL, epollEvent, pollfd } from '../../isa/abi/linux.js';
import type { Call } from './call.js';
import type { Kernel } from './kernel.js';
import { address, attempt, flagText } from './straceText.js';

/** Signatures, as in straceArgs.ts. */
export const eventSignatures: Readonly<Record<string, string>> = {
  epoll_create: 'd', epoll_create1: 'epollc', epoll_ctl: 'fd epollop fd event', epoll_wait: 'fd events> d d', epoll_pwait: 'fd events> d d set u',
  poll: 'pollfds u d', ppoll: 'pollfds u ts set u', eventfd: 'u', eventfd2: 'u eventfd',
};

type Word = (k: Kernel, c: Call, i: number) => string | undefined;
const operations = ['', 'EPOLL_CTL_ADD', 'EPOLL_CTL_DEL', 'EPOLL_CTL_MOD'];
/** A list is cut after this many. */
const listMax = 32;

const eventNames = { EPOLLIN: EPOLL.IN, EPOLLPRI: EPOLL.PRI, EPOLLOUT: EPOLL.OUT, EPOLLERR: EPOLL.ERR, EPOLLHUP: EPOLL.HUP, EPOLLRDHUP: EPOLL.RDHUP, EPOLLEXCLUSIVE: EPOLL.EXCLUSIVE, EPOLLONESHOT: EPOLL.ONESHOT, EPOLLET: EPOLL.ET };
const pollNames = { POLLIN: 1, POLLPRI: 2, POLLOUT: 4, POLLERR: 8, POLLHUP: 0x10, POLLNVAL: 0x20, POLLRDNORM: 0x40, POLLRDBAND: 0x80, POLLWRNORM: 0x100, POLLWRBAND: 0x200, POLLRDHUP: 0x2000 };

export const eventWords: ReadonlyMap<string, Word> = new Map<string, Word>([
  ['epollc', (_k, c, i) => flagText(c.i(i), { EPOLL_CLOEXEC: EPOLL.CLOEXEC }, undefined)],
  ['epollop', (_k, c, i) => operations[c.i(i)] ?? String(c.i(i))],
  ['event', (k, c, i) => (c.u(i) === 0 ? undefined : eventText(k, c, c.u(i)))],
  ['events>', (k, c, i) => list(Number(k.abi.result(k.registers(c.task))), (n) => eventText(k, c, c.u(i) + n * epollEvent[k.parts.config.arch].size))],
  ['pollfds', (_k, c, i) => (c.u(i) === 0 ? undefined : list(c.u(i + 1), (n) => pollText(c, c.u(i) + n * pollfd.size, 'events')))],
]);

function list(count: number, one: (n: number) => string): string {
  const shown = Array.from({ length: Math.min(count, listMax) }, (_, n) => one(n));
  return `[${shown.join(', ')}${count > listMax ? ', ...' : ''}]`;
}

/** events, and both ways to read the data word. */
function eventText(k: Kernel, c: Call, va: number): string {
  const layout = epollEvent[k.parts.config.arch];
  const data = c.user.u64(va + layout.data);
  return `{events=${flagText(c.user.u32(va + layout.events), eventNames, undefined)}, data={u32=${data & 0xffff_ffffn}, u64=${data}}}`;
}

function pollText(c: Call, va: number, what: 'events' | 'revents'): string {
  const bits = c.user.u32(va + pollfd.events);
  return `{fd=${c.user.u32(va + pollfd.fd) | 0}, ${what}=${flagText(what === 'events' ? bits & 0xffff : bits >>> 16, pollNames, undefined)}}`;
}

/** What stands behind the result of poll and ppoll: the descriptors that are ready. */
export function pollResult(c: Call, result: number): string {
  if (result === 0) return ' (Timeout)';
  const ready = attempt(() => {
    const texts: string[] = [];
    for (let n = 0; n < c.u(1) && texts.length < listMax; n++) if (c.user.u32(c.u(0) + n * pollfd.size + pollfd.events) >>> 16 !== 0) texts.push(pollText(c, c.u(0) + n * pollfd.size, 'revents'));
    return `[${texts.join(', ')}]`;
  }) ?? address(c.u(0));
  return ` (${ready})`;
}
