/** What `--cachegrind` and `--callgrind` load once there is a program to profile. */
export { DebugError } from '../debug/cursor.js';
export { Profiled } from '../debug/profile/profiled.js';
