// The errors that asolo itself reports: each has a stable code (docs/cli.md lists them) and an exit status.
// A message is one line; it says what is wrong and, where that helps, what to do.

/** Exit status of each error code outside `asolo run`. `run` answers 125 for all but `usage` (see exitStatus). */
export const ERROR_CODES = {
  'usage': 2,
  // the application
  'unreadable': 1,
  'not-wasm': 1,
  'truncated': 1,
  'malformed': 1,
  'component': 1,
  'no-start': 1,
  'import-kind': 1,
  'import-unknown': 1,
  'import-signature': 1,
  'feature': 1,
  // building
  'files': 1,
  'manifest': 1,
  'unwritable': 1,
  'tool-missing': 1,
  'tool-failed': 1,
  'tool-timeout': 1,
  'generated-code': 1,
  'link': 1,
  // running
  'not-an-image': 125,
  'words-too-long': 125,
  'memory': 125,
  'devices': 125,
  'no-kvm': 125,
  'qemu-missing': 125,
  'qemu-failed': 125,
  'no-status': 125,
  'timeout': 124,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export class AsoloError extends Error {
  readonly code: ErrorCode;
  /** Further text for people: printed below the message, e.g. the last lines of a compiler. */
  readonly detail: string;

  constructor(code: ErrorCode, message: string, detail = '') {
    super(message);
    this.name = 'AsoloError';
    this.code = code;
    this.detail = detail;
  }

  get status(): number {
    return ERROR_CODES[this.code];
  }
}

/** What a file system error means to a person: 'no such file', 'permission denied', ... */
export function describeSystemError(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  const known: Record<string, string> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EPERM: 'not permitted',
    EISDIR: 'is a directory',
    ENOTDIR: 'a part of the path is not a directory',
    ENOSPC: 'no space left on the device',
    EROFS: 'read-only file system',
    ENAMETOOLONG: 'the name is too long',
    ELOOP: 'too many symbolic links',
  };
  return (code && known[code]) ?? (error instanceof Error ? error.message : String(error));
}
