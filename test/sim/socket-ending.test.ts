// The network's beginning and end on the simulated machine: words of the command line, memory, DHCP beside the application,
// and what is still sent when it has ended. assembly/sockets/start.ts, finish.ts and assembly/wasi/listeners.ts.
import { expect, test } from 'vitest';
import { Machine } from '../support/machine/machine.ts';
import type { Net } from '../support/machine/virtio/net.ts';
import { accept, connected, inside, LISTENER, noise, send } from '../support/machine/sockets.ts';

const boot = (commandLine: string, more = {}): { status: number; stdout: string } => new Machine({ cpu: { kvmclock: true }, devices: [{ device: 'net' }], ...more, commandLine }).run();

test.each(['80', '0.0.0.0', '0.0.0.0:', '0.0.0.0:0', '0.0.0.0:65536', '1.2.3:80', ':80', '', '0.0.0.0:80:80'])('tcplisten=%s ends the machine, with the word', (value) => {
  expect(boot(`tcplisten=${value}`)).toMatchObject({ status: 125, stdout: `asolo: the command line has a word with a bad value: "tcplisten=${value}"\n` });
});

test('a word about the network that makes no sense ends the machine, too', () => {
  expect(boot('ip=10.0.0.1/33')).toMatchObject({ status: 125, stdout: 'asolo: the command line has a word with a bad value: "ip=10.0.0.1/33"\n' });
});

test('an address that is not the machine\'s, a port that is taken and a listener too many are refused', () => {
  expect(boot('ip=10.0.0.1/24 tcplisten=10.0.0.2:80').stdout).toBe('asolo: cannot listen on an address that is not the machine\'s: "tcplisten=10.0.0.2:80"\n');
  expect(boot('tcplisten=0.0.0.0:80 tcplisten=127.0.0.1:80').stdout).toBe('asolo: cannot listen twice on one port: "tcplisten=127.0.0.1:80"\n');
  expect(boot(Array.from({ length: 17 }, (_, i) => `tcplisten=0.0.0.0:${80 + i}`).join(' ')).status).toBe(125);
  expect(boot(Array.from({ length: 16 }, (_, i) => `tcplisten=0.0.0.0:${80 + i}`).join(' ')).status).toBe(0);
});

test('a machine of 16 MiB has room for the stack; one without a network device listens all the same', () => {
  expect(boot('tcplisten=0.0.0.0:80', { memory: '16M' }).status).toBe(0);
  expect(boot('tcplisten=127.0.0.1:80', { devices: [] }).status).toBe(0);
});

test('DHCP is asked before the application begins, and nobody waits for it', () => {
  const machine = new Machine({ cpu: { kvmclock: true, rdseed: 'works' }, devices: [{ device: 'net' }], commandLine: '' });
  const halts = machine.halts;
  machine.run(() => {
    machine.clock.pass(1e6);
    const { frames } = machine.devices[0] as Net;
    expect(frames).toHaveLength(1);
    expect([...frames[0]!.subarray(0, 6)]).toEqual(Array.from({ length: 6 }, () => 255));
    expect(machine.halts).toBe(halts);
  });
});

test('devices that the manifest declares are left to the application', () => {
  const machine = new Machine({ cpu: { kvmclock: true }, devices: [{ device: 'net' }], declared: [{ name: 'net0', type: 'net' }] });
  machine.run(() => machine.clock.pass(1e9));
  expect((machine.devices[0] as Net).frames).toEqual([]);
});

test('what was written is still sent when the application has ended, however slowly it is read', async () => {
  let got = 0;
  const data = noise(60_000);
  const { status } = await inside((app, net) => {
    const { fd, peer } = connected(app, net);
    const drain = (): void => {
      got += peer.read(20_000).length;
      net.later(300, drain);
    };
    net.later(500, drain);
    for (let i = 0; i < 10; i++) expect(send(app, fd, data)).toBe(60_000);
  });
  expect(status).toBe(0);
  // All is in the peer's buffer or read: the rest of its reading nobody sees.
  expect(got).toBeGreaterThan(300_000);
});

test('a peer that has gone is waited for three seconds', async () => {
  let ended = 0;
  await inside((app, net) => {
    const { fd } = connected(app, net);
    net.isCut = true;
    send(app, fd, 'x');
    ended = net.machine.clock.now;
    net.machine.clock.after(2.9e9, () => { ended = Infinity; });
    net.machine.clock.after(3.5e9, () => { throw new Error('it still waits'); });
  });
  expect(ended).toBe(Infinity);
});

test('with nothing to send the end takes no time', async () => {
  await inside((app, net) => {
    connected(app, net);
    expect(app.wasi['fd_close']!(4)).toBe(0);
    net.pass(100);
    net.machine.clock.after(1e9, () => { throw new Error('it still waits'); });
    expect(accept(app, LISTENER, 1 << 20)).toBe(-28);
  });
});

test('counters are logged under verbose', async () => {
  const { control } = await inside((app, net) => { connected(app, net); }, { commandLine: 'verbose' });
  expect(control).toMatch(/log network: TCP: connections accepted: 1/);
});
