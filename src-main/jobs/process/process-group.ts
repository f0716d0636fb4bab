/** Windows ends the children of a process with it; elsewhere they are ended as a group, whose leader is made by `detached`. */
export const HAS_PROCESS_GROUPS = process.platform !== 'win32';

/** Ends all processes that are left of a group, at once. @param pid of its leader, which may have ended */
export function killGroup(pid: number): void {
  try {
    process.kill(HAS_PROCESS_GROUPS ? -pid : pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}
