/** Extended attributes: no file has any, and none can be set. Programs that copy files ask for them and go on. */
import { AT, E } from '../../isa/abi/linux.js';
import type { Call, Result } from './call.js';
import type { Kernel } from './kernel.js';
import { targetAt, targetOf, type Target } from './lookup.js';

type Find = (k: Kernel, c: Call) => Target | number | undefined;

const followed: Find = (k, c) => targetAt(k, c, AT.FDCWD, 0, true);
const itself: Find = (k, c) => targetAt(k, c, AT.FDCWD, 0, false);
const open: Find = (k, c) => targetOf(k, c, c.i(0));

/** A call that answers `result` for every file there is. */
const answering = (find: Find, result: number) => (k: Kernel, c: Call): Result => {
  const target = find(k, c);
  return typeof target === 'number' ? target : result;
};

export const xattrCalls = {
  getxattr: answering(followed, -E.EOPNOTSUPP), lgetxattr: answering(itself, -E.EOPNOTSUPP), fgetxattr: answering(open, -E.EOPNOTSUPP),
  setxattr: answering(followed, -E.EOPNOTSUPP), lsetxattr: answering(itself, -E.EOPNOTSUPP), fsetxattr: answering(open, -E.EOPNOTSUPP),
  removexattr: answering(followed, -E.EOPNOTSUPP), lremovexattr: answering(itself, -E.EOPNOTSUPP), fremovexattr: answering(open, -E.EOPNOTSUPP),
  listxattr: answering(followed, 0), llistxattr: answering(itself, 0), flistxattr: answering(open, 0),
};
