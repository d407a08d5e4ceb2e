// What the storm of hostile.test.ts found, each in the smallest machine that shows it.
import { expect, test } from 'vitest';
import { acquire, AGAIN, BUFFER, EUNSPEC, FRAME_MAX, HANDLE, INFO, name, net, OK, run, SIZE, works } from '../support/machine/solo5.ts';
import { Machine } from '../support/machine/machine.ts';
import { VirtioPci } from '../support/machine/virtio/pci.ts';

const SPURIOUS = 0x5f;
const MTU_AT = 10;
/** Of the interrupt status, in a PCI device's window. */
const ISR = 0x1000;

test('a message with the vector of spurious interrupts does not shut out the timer', () => {
  works((app, machine) => {
    machine.clock.after(1_000_000, () => machine.bus.apic.request(SPURIOUS));
    const until = BigInt(machine.clock.now) + 5_000_000n;
    app.solo5['yield']!(until, 0);
    app.solo5['yield']!(until + 5_000_000n, 0);
    expect(machine.clock.now).toBeLessThan(Number(until) + 10_000_000);
  });
});

test('a device that gives up is brought back by somebody who only reads', () => {
  works((app, machine) => {
    const handle = acquire(app, 'net', 'first');
    machine.bus.apic.request = () => {};
    net(machine).giveUp();
    const { resets } = net(machine);
    for (let i = 0; i < 65536; i++) expect(app.solo5['net_read']!(handle, BUFFER, FRAME_MAX, SIZE)).toBe(AGAIN);
    expect(net(machine).resets).toBe(resets + 1);
    net(machine).deliver(new Uint8Array(60));
    expect(app.solo5['net_read']!(handle, BUFFER, FRAME_MAX, SIZE)).toBe(OK);
  });
});

test('a reason to interrupt that comes while another is acknowledged is not lost', () => {
  works((app, machine) => {
    acquire(app, 'net', 'first');
    const registers = machine.bus.registers[0]!;
    const access = registers.access.bind(registers);
    let isLate = false;
    Object.assign(registers, { access: (offset: number, bytes: number, value?: number) => {
      if (offset === 0x64 && value !== undefined && !isLate) {
        isLate = true;
        net(machine).giveUp();
      }
      return access(offset, bytes, value);
    } });
    const { resets } = net(machine);
    machine.clock.after(1000, () => net(machine).interrupt(net(machine).queues[0]));
    app.solo5['yield']!(BigInt(machine.clock.now) + 5_000_000n, 0);
    expect({ isLate, resets: net(machine).resets }).toEqual({ isLate: true, resets: resets + 1 });
  });
});

test('the MTU and the address that the application was told stay when the device is started again', () => {
  works((app, machine) => {
    const handle = acquire(app, 'net', 'first');
    const device = net(machine);
    for (const mtu of [9000, 68]) {
      new DataView(device.config.buffer).setUint16(MTU_AT, mtu, true);
      device.giveUp();
      app.solo5['yield']!(BigInt(machine.clock.now) + 5_000_000n, 0);
      device.deliver(new Uint8Array(60));
      expect(app.solo5['net_read']!(handle, BUFFER, FRAME_MAX, SIZE)).toBe(OK);
      expect(app.solo5['net_write']!(handle, BUFFER, FRAME_MAX)).toBe(OK);
    }
    expect(device.resets).toBe(3);
  });
});

test.each([0xfee00000, 0xfec00000])('registers said to be at %s, the interrupt controllers\' own, are not touched', (place) => {
  const machine = new Machine({ devices: [{ device: 'net', transport: 'pci' }] });
  const { stdout } = machine.attempt(() => {
    machine.start();
    for (const fn of machine.bus.pci.functions.values()) {
      if (fn instanceof VirtioPci) new DataView(fn.config.buffer).setUint32(0x20, place, true);
    }
    machine.boot();
    machine.exports['exit']!(0);
  });
  expect(stdout).toContain('has no modern registers');
});

test('a table of MSI-X said to be in device memory is not written', () => {
  const machine = new Machine({ devices: [{ device: 'net', transport: 'pci' }], declared: [{ name: 'first', type: 'net' }] });
  machine.attempt(() => {
    machine.start();
    // Device memory is where the first run of 2 MiB blocks behind the image begins.
    for (const fn of machine.bus.pci.functions.values()) {
      if (fn instanceof VirtioPci) new DataView(fn.config.buffer).setUint32(0x14, 0x400000, true);
    }
    const app = machine.boot();
    expect(machine.windows.isDeviceMemory(0x400000n, 0x401000n)).toBe(true);
    expect(app.solo5['net_acquire']!(name(app, 'first'), HANDLE, INFO)).toBe(OK);
    machine.exports['exit']!(0);
  });
});

test.each([['no device says why', 0], ['a device always gives a reason', 1]])('an interrupt line that stays up, while %s, is masked, and its devices are heard all the same', (_what, reason) => {
  const pci = { transport: 'pci', withoutMsix: true } as const;
  const { status, stderr } = run((app, machine) => {
    const handle = acquire(app, 'net', 'first');
    const yieldFor = (ns: bigint): unknown => app.solo5['yield']!(BigInt(machine.clock.now) + ns, 0);
    const fn = [...machine.bus.pci.functions.values()].find((fn) => fn instanceof VirtioPci)!;
    const access = fn.access.bind(fn);
    fn.access = (bar, offset, bytes, value) => access(bar, offset, bytes, value) | (offset === ISR ? reason : 0);
    const line = fn.config[0x3c]!;
    const fall = machine.bus.ioApic.line.bind(machine.bus.ioApic);
    machine.bus.ioApic.line = (irq, up) => fall(irq, up || irq === line);
    machine.bus.ioApic.line(line, true);
    const { halts } = machine;
    yieldFor(1_000_000_000n);
    expect(machine.halts - halts).toBeLessThan(1500);
    machine.clock.after(1_000_000, () => net(machine).deliver(new Uint8Array(60)));
    const before = machine.clock.now;
    yieldFor(1_000_000_000n);
    expect(machine.clock.now - before).toBeLessThan(20_000_000);
    expect(app.solo5['net_read']!(handle, BUFFER, FRAME_MAX, SIZE)).toBe(OK);
  }, { devices: [{ device: 'net', ...pci }], declared: [{ name: 'first', type: 'net' }] });
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/^asolo: interrupt line \d+ interrupts again and again/) as string });
});

test('a disk that stops, and then cannot be reset for its next start, is told that it failed', () => {
  works((app, machine) => {
    const handle = acquire(app, 'block', 'data');
    const disk = machine.devices[2]!;
    const writeStatus = disk.writeStatus.bind(disk);
    const written: number[] = [];
    let resets = 0;
    disk.giveUp();
    disk.writeStatus = (value) => {
      written.push(value);
      if (value !== 0 || resets++ === 0) writeStatus(value);
      else disk.status = 1;
    };
    machine.clock.after(1000, () => disk.configChanged());
    expect(app.solo5['block_read']!(handle, 0n, BUFFER, 512)).toBe(EUNSPEC);
    expect(written).toEqual([0, 0, 0x80]);
  });
});
