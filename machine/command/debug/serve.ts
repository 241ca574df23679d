/** `rt0 gdbserver`: a connection at a time, each with the program from where the last one left it. */
import { createServer, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { framed, PacketReader } from '../../debug/gdb/packets.js';
import { GdbStub } from '../../debug/gdb/stub.js';
import type { Session } from '../../debug/session/session.js';
import { InputError, type Flags } from '../options.js';
import { openSession } from './open.js';

/** Serves the program that the words name until a debugger kills it. Returns the exit status. */
export async function serve(flags: Flags, host: string, port: number, rest: readonly string[]): Promise<number> {
  const { session, host: outside, path } = await openSession(flags, rest, 'gdbserver');
  const stub = new GdbStub(session, resolve(path));
  try {
    await new Promise<void>((done, fail) => {
      const server = createServer((socket) => {
        connected(socket, stub, session).then((killed) => {
          stub.forget();
          if (!killed) return;
          server.close();
          done();
        }, fail);
      });
      server.maxConnections = 1;
      server.on('error', (e) => fail(new InputError(`${host}:${port}: ${e.message}`)));
      server.listen(port, host, () => process.stderr.write(`rt0: gdb may come: target remote ${host}:${(server.address() as { port: number }).port}\n`));
    });
    return 0;
  } finally {
    outside.close();
  }
}

/** Answers until the connection ends. True: the program was killed. */
function connected(socket: Socket, stub: GdbStub, session: Session): Promise<boolean> {
  return new Promise((done, fail) => {
    const reader = new PacketReader();
    let acknowledged = true;
    let work = Promise.resolve();
    let over = false;
    socket.setNoDelay(true).setEncoding('latin1');
    const answer = async (packet: string): Promise<void> => {
      if (over) return;
      if (acknowledged) socket.write('+');
      const given = await stub.answer(packet);
      if (packet === 'QStartNoAckMode') acknowledged = false;
      if (given.reply !== undefined && !socket.destroyed) socket.write(framed(given.reply), 'latin1');
      if (!('over' in given)) return;
      over = true;
      socket.end();
      done(given.over === 'killed');
    };
    socket.on('data', (bytes) => {
      for (const incoming of reader.take(String(bytes))) {
        if (incoming.kind === 'interrupt') session.interrupt();
        else if (incoming.kind === 'damaged') socket.write('-');
        else work = work.then(() => answer(incoming.text)).catch((e: unknown) => fail(e));
      }
    });
    socket.on('error', () => undefined); // a client that drops; close follows
    socket.on('close', () => {
      session.interrupt(); // whatever still runs for it
      void work.then(() => done(false));
    });
  });
}
