// How QEMU's end becomes our exit status. isa-debug-exit makes QEMU exit with 2x+1; x = 127 stands for "see COM3".
import { AsoloError } from '../errors.ts';

export interface QemuEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** From the control line `exit N`, if one came. */
  exitLine?: number;
  /** What QEMU itself wrote to its standard error. */
  stderr: string;
  /** Bytes came from the guest's serial ports. */
  spoke: boolean;
}

const BEYOND = 127;

/** The guest's exit status; throws if it has none. */
export function guestStatus(end: QemuEnd): number {
  const { code, signal, exitLine, spoke } = end;
  const errors = qemuErrors(end.stderr);
  if (code === 1 && !spoke && errors.length > 0) throw new AsoloError('qemu-failed', `QEMU did not start the machine: ${errors[0]}`, errors.slice(1).join('\n'));
  if (code !== null && code % 2 === 1) {
    const value = (code - 1) / 2;
    return value === BEYOND ? (exitLine ?? BEYOND) : value;
  }
  if (exitLine !== undefined) return exitLine;
  const how = signal ? `QEMU was ended by ${signal}` : code === 0 ? 'the virtual machine reset or powered off' : `QEMU ended with status ${code}`;
  throw new AsoloError('no-status', `${how} without an exit status from the application`, errors.join('\n'));
}

/** QEMU's messages that are no warnings, without the program's name. */
export function qemuErrors(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !/\bwarning:/.test(line))
    .map((line) => line.replace(/^qemu-system-x86_64:\s*/, '').trim());
}

/** Messages after which QEMU stays but the machine does not run any more. */
export function isFatalWhileRunning(stderr: string): boolean {
  return /KVM internal error|error: kvm run failed|qemu: fatal:/.test(stderr);
}
