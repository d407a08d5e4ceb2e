// errno of WASI preview 1: the one list of expected failures that file systems and WASI calls share, so that nothing has
// to be translated on the way up. Names and numbers are those of its witx files (legacy/preview1/docs.md, "errno").

export const SUCCESS: u32 = 0;
export const ADDRINUSE: u32 = 3;
export const ADDRNOTAVAIL: u32 = 4;
export const AGAIN: u32 = 6;
export const BADF: u32 = 8;
export const BUSY: u32 = 10;
export const CONNREFUSED: u32 = 14;
export const CONNRESET: u32 = 15;
export const EXIST: u32 = 20;
export const FAULT: u32 = 21;
export const FBIG: u32 = 22;
export const HOSTUNREACH: u32 = 23;
export const ILSEQ: u32 = 25;
export const INVAL: u32 = 28;
export const ISCONN: u32 = 30;
export const ISDIR: u32 = 31;
export const LOOP: u32 = 32;
export const MFILE: u32 = 33;
export const NAMETOOLONG: u32 = 37;
export const NODEV: u32 = 43;
export const NOENT: u32 = 44;
export const NOSPC: u32 = 51;
export const NOTCONN: u32 = 53;
export const NOTDIR: u32 = 54;
export const NOTEMPTY: u32 = 55;
export const NOTSOCK: u32 = 57;
export const NOTSUP: u32 = 58;
export const PERM: u32 = 63;
export const PIPE: u32 = 64;
export const ROFS: u32 = 69;
export const SPIPE: u32 = 70;
export const TIMEDOUT: u32 = 73;
export const XDEV: u32 = 75;
export const NOTCAPABLE: u32 = 76;
