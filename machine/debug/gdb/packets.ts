/** Packets of gdb's remote protocol on a stream of bytes. GDB manual, appendix E.1. One character a byte. */

/** What came in: a packet, the byte that asks to stop, or a packet that was damaged. */
export type Incoming = { readonly kind: 'packet'; readonly text: string } | { readonly kind: 'interrupt' } | { readonly kind: 'damaged' };

/** Longer ones are nobody's. */
export const mostBytes = 0x10000;

const sum = (text: string): string => {
  let n = 0;
  for (let i = 0; i < text.length; i++) n = (n + text.charCodeAt(i)) & 0xff;
  return n.toString(16).padStart(2, '0');
};

/** `$text#sum`, with the protocol's own characters escaped. */
export function framed(text: string): string {
  const body = text.replace(/[#$}*]/g, (c) => `}${String.fromCharCode(c.charCodeAt(0) ^ 0x20)}`);
  return `$${body}#${sum(body)}`;
}

/** Takes bytes as they come; gives what is whole. Acknowledgements and anything between packets are passed over. */
export class PacketReader {
  private rest = '';

  *take(bytes: string): Generator<Incoming> {
    this.rest += bytes;
    for (;;) {
      const start = this.rest.search(/[$\x03]/);
      if (start < 0) {
        this.rest = '';
        return;
      }
      if (this.rest[start] === '\x03') {
        this.rest = this.rest.slice(start + 1);
        yield { kind: 'interrupt' };
        continue;
      }
      const end = this.rest.indexOf('#', start);
      if (end < 0 || end + 2 >= this.rest.length) {
        this.rest = this.rest.slice(start);
        if (this.rest.length > mostBytes) {
          this.rest = '';
          yield { kind: 'damaged' };
        }
        return;
      }
      const body = this.rest.slice(start + 1, end);
      const good = this.rest.slice(end + 1, end + 3).toLowerCase() === sum(body);
      this.rest = this.rest.slice(end + 3);
      yield good ? { kind: 'packet', text: body.replace(/\}([^])/g, (_, c: string) => String.fromCharCode(c.charCodeAt(0) ^ 0x20)) } : { kind: 'damaged' };
    }
  }
}
