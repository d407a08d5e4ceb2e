// Errors of a 9P2000.L server, which are Linux' numbers, as errno of preview 1. What has no place there is IO.

import {
  ACCES, AGAIN, BADF, BUSY, DQUOT, EXIST, FAULT, FBIG, ILSEQ, INVAL, IO, ISDIR, LOOP, MFILE, MLINK, NAMETOOLONG, NFILE, NODEV,
  NOENT, NOMEM, NOSPC, NOTDIR, NOTEMPTY, NOTSUP, NXIO, PERM, PIPE, ROFS, SPIPE, STALE, TXTBSY, XDEV,
} from "../abi/errno";

/** Linux' asm-generic/errno-base.h and errno.h. */
export function fromLinux(error: u32): u32 {
  switch (error) {
    case 1: return PERM;
    case 2: return NOENT;
    case 6: return NXIO;
    case 9: return BADF;
    case 11: return AGAIN;
    case 12: return NOMEM;
    case 13: return ACCES;
    case 14: return FAULT;
    case 16: return BUSY;
    case 17: return EXIST;
    case 18: return XDEV;
    case 19: return NODEV;
    case 20: return NOTDIR;
    case 21: return ISDIR;
    case 22: return INVAL;
    case 23: return NFILE;
    case 24: return MFILE;
    case 26: return TXTBSY;
    case 27: return FBIG;
    case 28: return NOSPC;
    case 29: return SPIPE;
    case 30: return ROFS;
    case 31: return MLINK;
    case 32: return PIPE;
    case 36: return NAMETOOLONG;
    case 38: return NOTSUP;
    case 39: return NOTEMPTY;
    case 40: return LOOP;
    case 84: return ILSEQ;
    case 95: return NOTSUP;
    case 116: return STALE;
    case 122: return DQUOT;
  }
  return IO;
}
