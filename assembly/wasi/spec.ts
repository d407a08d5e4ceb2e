// WASI preview 1 (wasi_snapshot_preview1). Constants only; names and numbers are those of its witx files.
// Read first: WebAssembly/WASI, legacy/preview1/docs.md, section by section as named below.

export * from "../abi/errno";

// clockid
export const CLOCK_REALTIME: u32 = 0;
export const CLOCK_MONOTONIC: u32 = 1;
export const CLOCK_PROCESS_CPUTIME: u32 = 2;
export const CLOCK_THREAD_CPUTIME: u32 = 3;

// filetype
export const FILETYPE_UNKNOWN: u32 = 0;
export const FILETYPE_CHARACTER_DEVICE: u32 = 2;
export const FILETYPE_DIRECTORY: u32 = 3;
export const FILETYPE_REGULAR_FILE: u32 = 4;
export const FILETYPE_SOCKET_DGRAM: u32 = 5;
export const FILETYPE_SOCKET_STREAM: u32 = 6;
export const FILETYPE_SYMBOLIC_LINK: u32 = 7;

// rights
export const RIGHT_FD_DATASYNC: u64 = 1 << 0;
export const RIGHT_FD_READ: u64 = 1 << 1;
export const RIGHT_FD_SEEK: u64 = 1 << 2;
export const RIGHT_FD_FDSTAT_SET_FLAGS: u64 = 1 << 3;
export const RIGHT_FD_SYNC: u64 = 1 << 4;
export const RIGHT_FD_TELL: u64 = 1 << 5;
export const RIGHT_FD_WRITE: u64 = 1 << 6;
export const RIGHT_FD_ADVISE: u64 = 1 << 7;
export const RIGHT_FD_ALLOCATE: u64 = 1 << 8;
export const RIGHT_PATH_CREATE_DIRECTORY: u64 = 1 << 9;
export const RIGHT_PATH_CREATE_FILE: u64 = 1 << 10;
export const RIGHT_PATH_LINK_SOURCE: u64 = 1 << 11;
export const RIGHT_PATH_LINK_TARGET: u64 = 1 << 12;
export const RIGHT_PATH_OPEN: u64 = 1 << 13;
export const RIGHT_FD_READDIR: u64 = 1 << 14;
export const RIGHT_PATH_READLINK: u64 = 1 << 15;
export const RIGHT_PATH_RENAME_SOURCE: u64 = 1 << 16;
export const RIGHT_PATH_RENAME_TARGET: u64 = 1 << 17;
export const RIGHT_PATH_FILESTAT_GET: u64 = 1 << 18;
export const RIGHT_PATH_FILESTAT_SET_SIZE: u64 = 1 << 19;
export const RIGHT_PATH_FILESTAT_SET_TIMES: u64 = 1 << 20;
export const RIGHT_FD_FILESTAT_GET: u64 = 1 << 21;
export const RIGHT_FD_FILESTAT_SET_SIZE: u64 = 1 << 22;
export const RIGHT_FD_FILESTAT_SET_TIMES: u64 = 1 << 23;
export const RIGHT_PATH_SYMLINK: u64 = 1 << 24;
export const RIGHT_PATH_REMOVE_DIRECTORY: u64 = 1 << 25;
export const RIGHT_PATH_UNLINK_FILE: u64 = 1 << 26;
export const RIGHT_POLL_FD_READWRITE: u64 = 1 << 27;
export const RIGHT_SOCK_SHUTDOWN: u64 = 1 << 28;
export const RIGHT_SOCK_ACCEPT: u64 = 1 << 29;
/** Every bit that preview 1 defines. */
export const RIGHTS_ALL: u64 = (1 << 30) - 1;

// fdflags
export const FDFLAG_APPEND: u32 = 1 << 0;
export const FDFLAG_NONBLOCK: u32 = 1 << 2;
/** Every bit that preview 1 defines: append, dsync, nonblock, rsync, sync. */
export const FDFLAGS_ALL: u32 = 31;

// fdstat: u8 fs_filetype, u16 fs_flags at 2, u64 fs_rights_base at 8, u64 fs_rights_inheriting at 16
export const FDSTAT_SIZE: u32 = 24;
// filestat: u64 dev, u64 ino, u8 filetype at 16, u64 nlink at 24, u64 size, atim, mtim, ctim
export const FILESTAT_SIZE: u32 = 64;
// dirent: u64 d_next, u64 d_ino, u32 d_namlen at 16, u8 d_type at 20; the name follows
export const DIRENT_SIZE: u32 = 24;
// prestat: u8 tag, u32 pr_name_len at 4
export const PRESTAT_SIZE: u32 = 8;
// preopentype: dir is 0, and there is no other
export const PREOPENTYPE_OTHER: u32 = 1;
// iovec and ciovec: u32 buf, u32 buf_len
export const IOVEC_SIZE: u32 = 8;

/** lookupflags */
export const LOOKUP_SYMLINK_FOLLOW: u32 = 1 << 0;
/** oflags: creat, directory, excl, trunc. */
export const OFLAG_CREAT: u32 = 1 << 0;
export const OFLAG_DIRECTORY: u32 = 1 << 1;
export const OFLAG_EXCL: u32 = 1 << 2;
export const OFLAG_TRUNC: u32 = 1 << 3;
export const OFLAGS_ALL: u32 = 15;
/** whence */
export const WHENCE_SET: u32 = 0;
export const WHENCE_CUR: u32 = 1;
export const WHENCE_END: u32 = 2;

/** The largest value of advice, whence and signal. */
export const ADVICE_LAST: u32 = 5;
export const WHENCE_LAST: u32 = 2;
export const SIGNAL_LAST: u32 = 30;
/** riflags */
export const RECV_PEEK: u32 = 1 << 0;
export const RECV_WAITALL: u32 = 1 << 1;
export const RIFLAGS_ALL: u32 = 3;
/** roflags */
export const RECV_DATA_TRUNCATED: u32 = 1 << 0;
/** sdflags */
export const SDFLAG_RD: u32 = 1 << 0;
export const SDFLAG_WR: u32 = 1 << 1;
export const SDFLAGS_ALL: u32 = 3;
/** fstflags */
export const FSTFLAG_ATIM: u32 = 1 << 0;
export const FSTFLAG_ATIM_NOW: u32 = 1 << 1;
export const FSTFLAG_MTIM: u32 = 1 << 2;
export const FSTFLAG_MTIM_NOW: u32 = 1 << 3;
export const FSTFLAGS_ALL: u32 = 15;

// subscription: u64 userdata, u8 tag at 8; clock: u32 id at 16, u64 timeout at 24, u64 precision at 32,
// u16 flags at 40; fd_readwrite: u32 file_descriptor at 16
export const SUBSCRIPTION_SIZE: u32 = 48;
// event: u64 userdata, u16 error at 8, u8 type at 10, u64 nbytes at 16, u16 flags at 24
export const EVENT_SIZE: u32 = 32;
export const EVENTTYPE_CLOCK: u32 = 0;
export const EVENTTYPE_FD_READ: u32 = 1;
export const EVENTTYPE_FD_WRITE: u32 = 2;
/** eventrwflags */
export const EVENT_HANGUP: u32 = 1 << 0;
export const SUBCLOCKFLAG_ABSTIME: u32 = 1 << 0;
