/** Where folders of the host may stand in the guest's tree. Pure checks; which host folders they are, the Host knows. */
import type { Mount } from './config.js';

/** Generated and device files are the model's: nothing may cover them. */
const reserved = ['/proc', '/sys', '/dev'];

const within = (path: string, above: string): boolean => path === above || path.startsWith(`${above}/`);

/** The path as the machine keeps it: no slashes twice or at the end. What is wrong with it stays for `mountProblems`. */
export function tidyPath(path: string): string {
  const tidy = path.replace(/\/{2,}/g, '/');
  return tidy.length > 1 ? tidy.replace(/\/$/, '') : tidy;
}

/** What is wrong with the places, a line each. */
export function mountProblems(mounts: readonly Mount[]): string[] {
  return mounts.flatMap(({ guest }, i) => {
    const wrong = problem(guest, mounts.slice(0, i).map((m) => m.guest));
    return wrong === undefined ? [] : [`mount at ${guest}: ${wrong}`];
  });
}

function problem(guest: string, earlier: readonly string[]): string | undefined {
  if (!guest.startsWith('/')) return 'the guest path must be absolute';
  if (guest === '/') return 'not over the root: choose a folder below it';
  if (guest.split('/').slice(1).some((name) => name === '' || name === '.' || name === '..') || guest.includes('\0')) return 'the guest path must name folders, without . or ..';
  if (guest.split('/').some((name) => name.length > 255) || guest.length > 4000) return 'the guest path is too long';
  const over = reserved.find((path) => within(guest, path) || within(path, guest));
  if (over !== undefined) return `not over ${over}, which the machine makes itself`;
  if (earlier.includes(guest)) return 'mounted twice';
  const other = earlier.find((path) => within(guest, path) || within(path, guest));
  return other === undefined ? undefined : `one mount inside another (${other})`;
}
