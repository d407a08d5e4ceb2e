// 9P2000.L, constants only. Messages: Plan 9 manual, section 5 (§ version, attach, walk, read, clunk), and the protocol
// description of diod, a server of it, "9P2000.L Operations" (§ lopen and after). Numbers of messages as in Linux' net/9p/9p.h.
//
//   message   size[4] type[1] tag[2] …      little-endian; a reply's type is its request's plus 1, or RLERROR
//   string    length[2] bytes               no NUL
//   qid       type[1] version[4] path[8]    path: the file's number

export const RLERROR: u32 = 7;
export const TLOPEN: u32 = 12;
export const TLCREATE: u32 = 14;
export const TSYMLINK: u32 = 16;
export const TREADLINK: u32 = 22;
export const TGETATTR: u32 = 24;
export const TSETATTR: u32 = 26;
export const TREADDIR: u32 = 40;
export const TFSYNC: u32 = 50;
export const TLINK: u32 = 70;
export const TMKDIR: u32 = 72;
export const TRENAMEAT: u32 = 74;
export const TUNLINKAT: u32 = 76;
export const TVERSION: u32 = 100;
export const TATTACH: u32 = 104;
export const TWALK: u32 = 110;
export const TREAD: u32 = 116;
export const TWRITE: u32 = 118;
export const TCLUNK: u32 = 120;

export const HEADER_BYTES: u32 = 7;
export const TYPE_AT: u32 = 4;
export const TAG_AT: u32 = 5;
/** The tag of TVERSION. */
export const NOTAG: u32 = 0xffff;
export const NOFID: u32 = 0xffffffff;
/** No user and no group: files belong to whom the server runs as. */
export const NOBODY: u32 = 0xffffffff;
/** The least msize that a server may ask for, and what a message has besides data at most. */
export const MSIZE_MIN: u32 = 4096;
export const DATA_HEADER_BYTES: u32 = 24;

/** The type of a qid (§ stat). */
export const QID_DIRECTORY: u32 = 0x80;
export const QID_LINK: u32 = 0x02;

/** Flags of lopen and lcreate: Linux'. */
export const O_RDONLY: u32 = 0;
export const O_WRONLY: u32 = 1;
export const O_RDWR: u32 = 2;
export const O_CREAT: u32 = 0o100;
export const O_EXCL: u32 = 0o200;
export const O_TRUNC: u32 = 0o1000;
export const O_DIRECTORY: u32 = 0o200000;
/** Of unlinkat. */
export const AT_REMOVEDIR: u32 = 0x200;

/** What getattr is asked for: mode, nlink, times, number and size; all fields up to blocks. */
export const GETATTR_BASIC: u64 = 0x7ff;
export const SETATTR_SIZE: u32 = 0x8;
/** The time, and that it is given and not the server's now. */
export const SETATTR_ATIME: u32 = 0x10 | 0x80;
export const SETATTR_MTIME: u32 = 0x20 | 0x100;

/** The file type in a mode, which is also what readdir's type is, shifted by MODE_TYPE_SHIFT. */
export const MODE_TYPE_SHIFT: u32 = 12;
export const MODE_TYPE_MASK: u32 = 0xf;
