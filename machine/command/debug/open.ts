/** A debug session of the program that a command's words name. */
import { setImmediate } from 'node:timers/promises';
import { DebugInfo } from '../../debug/info.js';
import { Session } from '../../debug/session/session.js';
import { size, type Flags } from '../options.js';
import { start, type Started } from '../run.js';

/** What checkpoints of the past may hold. */
const defaultHistory = 2 ** 30;

/** The program before its first instruction. Its standard input is empty, and idle time takes none here. The caller closes the host. */
export async function openSession(flags: Flags, rest: readonly string[], name: string): Promise<Started & { readonly session: Session }> {
  const history = size(flags, '--history-memory', defaultHistory);
  const started = await start(flags, rest, { name, usesCaches: false, input: false });
  const { machine, image } = started;
  machine.idling = 'leap';
  machine.host.keeping = true;
  const session = new Session(machine, DebugInfo.of(image), history, () => setImmediate());
  session.goto(0);
  return { ...started, session };
}
