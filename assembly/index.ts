// What kernel.wasm exports, and nothing else. The shim's main calls the first group, the application the second.
// Source tour: kernel/boot.ts, then wasi/fd-write.ts, base/serial.ts, time/clock.ts, time/idle.ts, irq/dispatch.ts.

import "./base/features"; // a part of every kernel: asc is given aliases of what is in it
import { refuseApplication, bootMachine } from "./kernel/boot";
import { endAfterFault, endMachine } from "./ending/end-machine";
import { openGiven } from "./fs/start";
import { reportFault, reportTrap } from "./irq/fault";
import { lockHeap } from "./mm/heap";
import { startBytes, writeStartInfo } from "./solo5/start";
import { noteApplicationStart } from "./time/clock";
import { endApplication } from "./wasi/proc";

/** First address after the kernel's statics: what lies below must be zeros before the kernel is instantiated. */
export function staticsEnd(): usize {
  return __heap_base;
}

/** Makes the machine ready for the application; what cannot be made ready ends here. */
export function boot(protocol: u32, information: u32): void {
  bootMachine(protocol, information);
}

/** Just before `_start`: from here on no memory is allocated. */
export function enterApplication(): void {
  lockHeap();
  openGiven();
  noteApplicationStart();
}

/**
 * Just before solo5_app_main, for which the shim has grown the application's memory from `initialEnd` to `end`: what to
 * call it with.
 */
export function startSolo5(initialEnd: u64, end: u64): u32 {
  if (end - initialEnd < startBytes()) refuseApplication(initialEnd + startBytes(), end);
  return writeStartInfo(initialEnd, end);
}

/** The application has ended. Never returns. */
export function exit(status: u32): void {
  endApplication(status);
}

/** A WebAssembly trap, by wasm2c's number. Never returns. */
export function trap(code: u32): void {
  endMachine(reportTrap(code));
}

/** A CPU exception that is no WebAssembly trap; the fault record tells which. Never returns. */
export function fault(): void {
  endAfterFault(reportFault());
}

/** The application's initial memory does not fit. Never returns. */
export function outOfMemory(needed: u64, available: u64): void {
  refuseApplication(needed, available);
}

export {
  args_sizes_get as wasi_args_sizes_get, args_get as wasi_args_get, environ_sizes_get as wasi_environ_sizes_get,
  environ_get as wasi_environ_get,
} from "./wasi/args-environ";
export { clock_res_get as wasi_clock_res_get, clock_time_get as wasi_clock_time_get } from "./wasi/clock";
export {
  fd_advise as wasi_fd_advise, fd_allocate as wasi_fd_allocate, fd_datasync as wasi_fd_datasync, fd_sync as
  wasi_fd_sync, fd_filestat_set_size as wasi_fd_filestat_set_size, fd_filestat_set_times as
  wasi_fd_filestat_set_times, fd_seek as wasi_fd_seek, fd_tell as wasi_fd_tell,
} from "./wasi/fd-file";
export {
  fd_prestat_dir_name as wasi_fd_prestat_dir_name, fd_prestat_get as wasi_fd_prestat_get, fd_readdir as wasi_fd_readdir,
} from "./wasi/fd-directory";
export { fd_pread as wasi_fd_pread, fd_read as wasi_fd_read } from "./wasi/fd-read";
export {
  fd_fdstat_get as wasi_fd_fdstat_get, fd_fdstat_set_flags as wasi_fd_fdstat_set_flags, fd_fdstat_set_rights as
  wasi_fd_fdstat_set_rights, fd_filestat_get as wasi_fd_filestat_get, fd_close as wasi_fd_close, fd_renumber as
  wasi_fd_renumber,
} from "./wasi/fd-status";
export { fd_pwrite as wasi_fd_pwrite, fd_write as wasi_fd_write } from "./wasi/fd-write";
export {
  path_create_directory as wasi_path_create_directory, path_filestat_get as wasi_path_filestat_get,
  path_filestat_set_times as wasi_path_filestat_set_times, path_link as wasi_path_link,
  path_readlink as wasi_path_readlink, path_remove_directory as wasi_path_remove_directory, path_rename as
  wasi_path_rename, path_symlink as wasi_path_symlink, path_unlink_file as wasi_path_unlink_file,
} from "./wasi/path";
export { path_open as wasi_path_open } from "./wasi/path-open";
export { poll_oneoff as wasi_poll_oneoff } from "./wasi/poll";
export {
  proc_exit as wasi_proc_exit, proc_raise as wasi_proc_raise, sched_yield as wasi_sched_yield,
} from "./wasi/proc";
export { random_get as wasi_random_get } from "./wasi/random";
export {
  sock_accept as wasi_sock_accept, sock_recv as wasi_sock_recv, sock_send as wasi_sock_send, sock_shutdown as
  wasi_sock_shutdown,
} from "./wasi/sock";

export {
  block_acquire as solo5_block_acquire, block_read as solo5_block_read, block_write as solo5_block_write,
} from "./solo5/block";
export {
  block_discard as asolo_block_discard, block_flush as asolo_block_flush, block_poll as asolo_block_poll, block_submit as
  asolo_block_submit, block_wait as asolo_block_wait, block_write_zeroes as asolo_block_write_zeroes,
} from "./solo5/block-extension";
export { console_write as solo5_console_write } from "./solo5/console";
export { abort as solo5_abort, exit as solo5_exit } from "./solo5/exit";
export { net_acquire as solo5_net_acquire, net_read as solo5_net_read, net_write as solo5_net_write } from "./solo5/net";
export {
  clock_monotonic as solo5_clock_monotonic, clock_wall as solo5_clock_wall, yield_ as solo5_yield,
} from "./solo5/time";
export {
  set_tls_base as solo5_set_tls_base, tls_init as solo5_tls_init, tls_size as solo5_tls_size, tls_tp_offset as
  solo5_tls_tp_offset,
} from "./solo5/tls";
