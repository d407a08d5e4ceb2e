import { expect, test } from 'vitest';
import { listenerWords, missingNetworkNotice, networkWords } from '../../../scripts/network-words.ts';

test('what is given becomes words, as it is', () => {
  expect(networkWords({})).toEqual([]);
  expect(networkWords({ ip: ['10.0.0.2/24', 'eth1:dhcp', 'eth2:off', '10.0.0.9'], gateway: ['10.0.0.1', 'eth1:10.1.0.1'], dns: '1.1.1.1,9.9.9.9' }))
    .toEqual(['ip=10.0.0.2/24', 'ip=eth1:dhcp', 'ip=eth2:off', 'ip=10.0.0.9', 'gateway=10.0.0.1', 'gateway=eth1:10.1.0.1', 'dns=1.1.1.1,9.9.9.9']);
});

test.each([
  ['', '10.0.0.1/33', '10.0.0.1/', '10.0.0', '10.0.0.256', 'eth7:10.0.0.1', 'eth0:', 'DHCP', '10.0.0.1/24/8', '::1', '10.0.0.1 verbose'].map((ip) => ({ ip: [ip] })),
  ['', 'eth0', '10.0.0.1/24', 'eth9:10.0.0.1'].map((gateway) => ({ gateway: [gateway] })),
  ['', '1.1.1.1,', '1.1.1.1,2.2.2.2,3.3.3.3,4.4.4.4', 'dns.example'].map((dns) => ({ dns })),
].flat())('%o is refused, with the form that is expected', (given) => {
  expect(() => networkWords(given)).toThrow(/expected .*, as in 10\.0\.0\./);
});

test('a Go program with sockets finds listeners that do not block; no other does', () => {
  const go = ['language Go go1.23.5', 'processed-by Go cmd/compile go1.23.5'];
  expect(listenerWords(go, true)).toEqual(['listeners=nonblock']);
  expect(listenerWords(go, false)).toEqual([]);
  expect(listenerWords(['language C11', 'processed-by clang 18.1'], true)).toEqual([]);
  expect(listenerWords([], true)).toEqual([]);
});

test('who opens sockets without a network interface is told', () => {
  const of = (...names: string[]): Parameters<typeof missingNetworkNotice>[0] => (
    { application: { name: 'app.wasm', sha256: '', bytes: 0 }, imports: names.map((name) => ({ module: 'wasi_snapshot_preview1', name, servedBy: '' })) });
  expect(missingNetworkNotice(of('fd_write', 'sock_open'), [{ name: 'serial' }]))
    .toBe('app.wasm imports sock_open, and its machine has no network interface: it reaches nobody but itself, 127.0.0.1 (--net user attaches one)');
  expect(missingNetworkNotice(of('sock_open_v2'), [])).toContain('sock_open_v2');
  expect(missingNetworkNotice(of('sock_open'), [{ name: 'serial' }, { name: 'net' }])).toBeUndefined();
  expect(missingNetworkNotice(of('sock_recv'), [])).toBeUndefined();
});
