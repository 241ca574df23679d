/**
 * What the Linux 5.10 ABI fixes about files beyond open and stat: flags of the *at calls, locks, statfs, statx,
 * utimensat, devices. Pure data, for both ISAs; the layouts here are the same on both.
 */

/** Magic nanoseconds of utimensat: the time now, and no change. */
export const UTIME = { NOW: 0x3fffffff, OMIT: 0x3ffffffe } as const;

export const RENAME = { NOREPLACE: 1, EXCHANGE: 2, WHITEOUT: 4 } as const;
export const FALLOC = { KEEP_SIZE: 1, PUNCH_HOLE: 2, COLLAPSE_RANGE: 8, ZERO_RANGE: 16, INSERT_RANGE: 32, UNSHARE_RANGE: 64 } as const;
export const LOCK = { SH: 1, EX: 2, NB: 4, UN: 8 } as const;
export const MFD = { CLOEXEC: 1, ALLOW_SEALING: 2, HUGETLB: 4 } as const;
export const SPLICE = { MOVE: 1, NONBLOCK: 2, MORE: 4, GIFT: 8 } as const;

/** Of a range lock: fcntl's l_type. */
export const F_LOCK = { RDLCK: 0, WRLCK: 1, UNLCK: 2 } as const;
/** type, whence i16; start, length i64; pid i32. */
export const flock = { type: 0, whence: 2, start: 8, length: 16, pid: 24, size: 32 } as const;

/** type, bsize, blocks, bfree, bavail, files, ffree i64; fsid 2 x i32; namelen, frsize, flags i64. */
export const statfs = { type: 0, bsize: 8, blocks: 16, bfree: 24, bavail: 32, files: 40, ffree: 48, fsid: 56, namelen: 64, frsize: 72, flags: 80, size: 120 } as const;
export const fsMagic = { tmpfs: 0x01021994, proc: 0x9fa0, sysfs: 0x62656572, pipe: 0x50495045, anonymous: 0x09041934 } as const;
/** f_flags: read-only; and what says that the flags are valid. */
export const ST = { RDONLY: 1, VALID: 0x20, RELATIME: 0x1000 } as const;

/** mask, blksize u32; attributes u64; nlink, uid, gid u32; mode u16; ino, fileSize, blocks, attributesMask u64; four times {i64, u32}; rdev, dev major and minor u32. */
export const statx = {
  mask: 0, blksize: 4, attributes: 8, nlink: 16, uid: 20, gid: 24, mode: 28, ino: 32, fileSize: 40, blocks: 48, attributesMask: 56,
  atime: 64, btime: 80, ctime: 96, mtime: 112, rdevMajor: 128, rdevMinor: 132, devMajor: 136, devMinor: 140, size: 256,
} as const;
export const STATX = { BASIC_STATS: 0x7ff, BTIME: 0x800, RESERVED: 0x80000000 } as const;
export const AT_STATX_SYNC_TYPE = 0x6000;

/** O_PATH and the bits of O_TMPFILE beside O_DIRECTORY; the same on both ISAs. */
export const O_PATH = 0o10000000;
export const O_TMPFILE_BIT = 0o20000000;

/** Major and minor of a device number, as makedev(3) joins them. */
export const deviceParts = (device: number): [number, number] => [Math.floor(device / 256) & 0xfff, (device & 0xff) | (Math.floor(device / 4096) & 0xfff00)];
