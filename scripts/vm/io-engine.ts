// How QEMU reads and writes the files behind disks. io_uring was measured to be faster for reads (docs/virtio.md). But a
// container's system call filter often forbids it, and QEMU then fails instead of doing without: it is asked for only
// where nothing speaks against it.
import { readFileSync } from 'node:fs';
import { QEMU, which } from '../toolchain.ts';

export type IoEngine = 'io_uring' | 'threads';

export interface IoEngineSigns {
  /** /proc/sys/kernel/io_uring_disabled: 0 where everybody may use it. Absent before Linux 6.6. */
  disabled: string;
  /** /proc/self/status. */
  status: string;
  /** Whether QEMU is linked with liburing. */
  isLinked: () => boolean;
}

export function ioEngine(signs: IoEngineSigns = hostSigns()): IoEngine {
  const isFiltered = !/^Seccomp:\s*0$/m.test(signs.status);
  return signs.disabled.trim() === '0' && !isFiltered && signs.isLinked() ? 'io_uring' : 'threads';
}

function hostSigns(): IoEngineSigns {
  return { disabled: read('/proc/sys/kernel/io_uring_disabled'), status: read('/proc/self/status'), isLinked };
}

/** A program names the libraries that it is linked with. */
function isLinked(): boolean {
  const program = which(QEMU);
  return program !== undefined && read(program).includes('liburing.so');
}

/** As bytes; '' if it cannot be read. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
