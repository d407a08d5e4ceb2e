import { describe, expect, it } from 'vitest';
import { guestStatus, isFatalWhileRunning, qemuErrors } from '../../../../scripts/vm/status.ts';

const end = { signal: null, stderr: '', spoke: true };

describe('status', () => {
  it.each([[1, 0], [3, 1], [253, 126]])('QEMU exit %i is status %i', (code, status) => {
    expect(guestStatus({ ...end, code })).toBe(status);
  });

  it('beyond 126 the control line tells', () => {
    expect(guestStatus({ ...end, code: 255, exitLine: 134 })).toBe(134);
    expect(guestStatus({ ...end, code: 255 })).toBe(127);
  });

  it('a machine that powered off by other means may still have told its status', () => {
    expect(guestStatus({ ...end, code: 0, exitLine: 200 })).toBe(200);
  });

  it.each([
    [{ code: 0 }, 'the virtual machine reset or powered off without an exit status from the application'],
    [{ code: null, signal: 'SIGKILL' as const }, 'QEMU was ended by SIGKILL without an exit status from the application'],
    [{ code: 2 }, 'QEMU ended with status 2 without an exit status from the application'],
  ])('%j has no status', (given, message) => {
    expect(() => guestStatus({ ...end, ...given })).toThrow(message);
  });

  it('QEMU that does not start is not a status 0', () => {
    const stderr = 'qemu-system-x86_64: warning: x\nqemu-system-x86_64: -M nope: unsupported machine type\nUse -machine help\n';
    expect(() => guestStatus({ ...end, code: 1, spoke: false, stderr })).toThrow('QEMU did not start the machine: -M nope: unsupported machine type');
    expect(qemuErrors(stderr)).toHaveLength(2);
  });

  it('warnings alone do not hide a status 0 of an application that said nothing', () => {
    expect(guestStatus({ ...end, code: 1, spoke: false, stderr: 'qemu-system-x86_64: warning: x\n' })).toBe(0);
  });

  it('knows messages after which nothing runs any more', () => {
    expect(isFatalWhileRunning('KVM internal error. Suberror: 1\n')).toBe(true);
    expect(isFatalWhileRunning('qemu-system-x86_64: warning: x\n')).toBe(false);
  });
});
