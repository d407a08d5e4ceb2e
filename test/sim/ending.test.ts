// How a machine ends, on the simulated machine: exits, signals, traps, faults. Covers assembly/ending, assembly/irq/fault.ts,
// assembly/base/panic.ts and assembly/base/power-off.ts.
import { describe, expect, test } from 'vitest';
import { Machine, type MachineOptions, type MachineResult } from '../support/machine/machine.ts';

const RECORD = 0x100100;
const FRAMES = 0x1001b8;

/** A booted machine on which `end` is called. */
function ending(options: MachineOptions, end: (machine: Machine) => void): MachineResult {
  const machine = new Machine(options);
  machine.start();
  machine.boot();
  return machine.attempt(() => end(machine));
}

function writeFrames(machine: Machine, frames: readonly bigint[], total = frames.length): void {
  machine.view.setBigUint64(FRAMES, BigInt(total), true);
  frames.forEach((frame, i) => machine.view.setBigUint64(FRAMES + 8 + i * 8, frame, true));
}

/** Functions of 256 bytes from 0x1000 to 0x2fff. */
const symbols = (address: bigint): { name: string; start: bigint } | undefined =>
  address < 0x1000n || address >= 0x3000n ? undefined : { name: `function_${address >> 8n}`, start: address & ~0xffn };

describe('exit', () => {
  test.each([[0, 0], [1, 1], [42, 42], [126, 126], [127, 127], [128, 127], [255, 127], [0xffffffff, 127]])(
    'status %i is told to isa-debug-exit as %i', (status, told) => {
      expect(ending({}, (machine) => machine.exports['exit']!(status))).toEqual({ status: told, stdout: '', stderr: '', control: '' });
    });

  test.each([[0, ''], [126, ''], [127, 'exit 127\n'], [255, 'exit 255\n']])('status %i writes the control line %j', (status, control) => {
    expect(ending({ commandLine: 'log=com3' }, (machine) => machine.exports['exit']!(status))).toMatchObject({ status, control });
  });

  test('by proc_exit is the same', () => {
    expect(new Machine().run((app) => app.wasi['proc_exit']!(7)).status).toBe(7);
  });

  test.each([0x604, 0x600, 0x64, -1])('goes on to the next way out until one works: %i', (powerPort) => {
    const machine = new Machine({ powerPort });
    machine.run(() => 3);
    const ways = [[0xf4, 3], [0x604, 0x2000], [0x600, 0x34], [0x64, 0xfe]];
    const last = ways.findIndex(([port]) => port === powerPort);
    expect(machine.bus.powerWrites).toEqual(last < 0 ? ways : ways.slice(0, last + 1));
  });

  test('lets a slow line finish first', () => {
    expect(new Machine({ com1: { byteTime: 86_806 } }).run((app) => { app.write(1, 'the last words'); }).stdout).toBe('the last words');
  });
});

describe('proc_raise', () => {
  test.each([[1, 129], [6, 134], [9, 137], [15, 143]])('signal %i ends with %i and a line', (signal, status) => {
    const result = new Machine({ commandLine: 'stderr=com2 log=com3' }).run((app) => { app.wasi['proc_raise']!(signal); });
    expect(result).toMatchObject({ status, stdout: '', stderr: `asolo: the application raised signal ${signal}\n` });
  });

  test.each([0, 16, 17, 22, 27])('signal %i is ignored', (signal) => {
    expect(new Machine().run((app) => { expect(app.wasi['proc_raise']!(signal)).toBe(0); })).toMatchObject({ status: 0, stdout: '' });
  });
});

describe('a trap', () => {
  test.each([
    [1, 'out of bounds memory access'], [2, 'integer overflow'], [3, 'integer divide by zero'], [4, 'invalid conversion to integer'],
    [5, 'unreachable'], [6, 'indirect call mismatch'], [7, 'null reference'], [8, 'uncaught exception'], [9, 'unaligned atomic'],
    [10, 'call stack exhausted'], [99, 'unknown'],
  ])('%i is named %s, and the status is 134', (code, reason) => {
    const result = ending({ commandLine: 'stderr=com2 log=com3' }, (machine) => machine.exports['trap']!(code));
    expect(result).toEqual({ status: 134, stdout: '', stderr: `wasm trap: ${reason}\n`, control: 'exit 134\n' });
  });

  test('has a backtrace by function names, and bare addresses where there are none', () => {
    const { stdout } = ending({ symbols }, (machine) => {
      writeFrames(machine, [0x1234n, 0x2fffn, 0xffff_ffff_8020_0000n]);
      machine.exports['trap']!(5);
    });
    expect(stdout).toBe('wasm trap: unreachable\n  at function_18+0x34\n  at function_47+0xff\n  at 0xffffffff80200000\n');
  });

  test('of endless recursion prints the innermost 32 frames and counts the others', () => {
    const { stdout } = ending({ symbols }, (machine) => {
      writeFrames(machine, Array.from({ length: 32 }, () => 0x1000n), 100_000);
      machine.exports['trap']!(10);
    });
    expect(stdout.match(/ {2}at function_16\+0x0\n/g)).toHaveLength(32);
    expect(stdout).toMatch(/ {2}and 99968 more\n$/);
  });

  test('does not let names write control characters to the terminal', () => {
    const named = { symbols: () => ({ name: 'a\u001b[2Jb\n', start: 0n }) };
    const { stdout } = ending(named, (machine) => {
      writeFrames(machine, [1n]);
      machine.exports['trap']!(5);
    });
    expect(stdout).toBe('wasm trap: unreachable\n  at a?[2Jb?+0x1\n');
  });
});

describe('a fault', () => {
  test('ends in a report with the exception, the registers and a backtrace; the status is 126', () => {
    const result = ending({ symbols, commandLine: 'stderr=com2' }, (machine) => {
      for (let word = 0; word < 23; word++) machine.view.setBigUint64(RECORD + word * 8, BigInt(word) * 0x1111n, true);
      machine.view.setBigUint64(RECORD, 14n, true);
      machine.view.setBigUint64(RECORD + 8, 6n, true);
      writeFrames(machine, [0x1234n]);
      machine.exports['fault']!();
    });
    expect(result.status).toBe(126);
    expect(result.stderr.split('\n')).toEqual([
      'asolo: kernel fault: #PF page fault (write from ring 3, not present)',
      ' rip 0x0000000000002222  cs 0x0000000000003333 rfl 0x0000000000004444 rsp 0x0000000000005555',
      '  ss 0x0000000000006666 cr2 0x0000000000007777 rax 0x0000000000008888 rbx 0x0000000000009999',
      ' rcx 0x000000000000aaaa rdx 0x000000000000bbbb rsi 0x000000000000cccc rdi 0x000000000000dddd',
      ' rbp 0x000000000000eeee  r8 0x000000000000ffff  r9 0x0000000000011110 r10 0x0000000000012221',
      ' r11 0x0000000000013332 r12 0x0000000000014443 r13 0x0000000000015554 r14 0x0000000000016665',
      ' r15 0x0000000000017776',
      '  at function_18+0x34',
      '',
    ]);
  });

  test.each<[number, bigint, string]>([
    [0, 0n, '#DE divide error (error 0x0)'], [6, 0n, '#UD invalid opcode (error 0x0)'],
    [13, 0x1an, '#GP general protection (error 0x1a, IDT entry 3)'], [13, 0x28n, '#GP general protection (error 0x28, GDT entry 5)'],
    [14, 0x15n, '#PF page fault (execute from ring 3, protection)'], [14, 0n, '#PF page fault (read from ring 0, not present)'],
    [9, 0n, 'exception 9 (error 0x0)'],
  ])('%i with error %i is explained', (vector, error, text) => {
    const { stdout } = ending({}, (machine) => {
      machine.view.setBigUint64(RECORD, BigInt(vector), true);
      machine.view.setBigUint64(RECORD + 8, error, true);
      machine.exports['fault']!();
    });
    expect(stdout.split('\n')[0]).toBe(`asolo: kernel fault: ${text}`);
  });

  test('inside a report ends the machine at once', () => {
    const nested: MachineOptions = {
      symbols: () => {
        if (deep++ === 0) machine.exports['fault']!();
        return undefined;
      },
    };
    let deep = 0;
    const machine = new Machine(nested);
    machine.start();
    machine.boot();
    writeFrames(machine, [1n, 2n]);
    const { status, stdout } = machine.attempt(() => machine.exports['trap']!(5));
    expect({ status, stdout, deep }).toEqual({ status: 126, stdout: 'wasm trap: unreachable\n', deep: 1 });
  });
});

test('a broken assertion of the kernel is one line with its place, and status 126', () => {
  const machine = new Machine();
  machine.start();
  machine.boot();
  // Booting twice takes memory from a heap that is locked.
  const { status, stdout } = machine.attempt(() => { machine.boot(); });
  expect(status).toBe(126);
  expect(stdout).toMatch(/^asolo: kernel panic: \S.* at assembly\/mm\/\w+\.ts:\d+:\d+\n$/);
});

test('an application too large for the machine is refused with both sizes', () => {
  const { status, stdout } = ending({}, (machine) => machine.exports['outOfMemory']!(100n << 20n, (60n << 20n) + 1023n));
  expect(status).toBe(125);
  expect(stdout).toBe('asolo: the application needs 102400 KiB of memory and the machine has 61440 KiB for it\n');
});
