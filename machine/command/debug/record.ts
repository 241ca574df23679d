/** `--record` on a debugger: the furthest that its run has come, as an input log. */
import type { Host } from '../../host.js';
import type { Session } from '../../debug/session/session.js';
import { Pacer } from '../pace.js';
import { writeLog } from '../record.js';
import { runOut, type Started } from '../run.js';

/** Runs what the session has seen once more, with the same input, and writes it down: a log says how its run ended, which a session that goes back and forth does not. */
export async function recordSession({ machine, host, asked, again, session }: Started & { readonly session: Session }, path: string): Promise<void> {
  const most = session.ended ? Infinity : Math.max(1, session.reached);
  const quiet: Host = { write: () => undefined, read: (fd, max) => host.read(fd, max), isTerminal: (fd) => host.isTerminal(fd), file: (question) => host.file(question) };
  const repeated = again(machine.host.whole(), quiet);
  repeated.host.keeping = true;
  const status = await runOut(repeated, new Pacer(repeated, 'free', host), most, true, () => undefined);
  writeLog(path, { ...asked, most }, repeated, status);
}
