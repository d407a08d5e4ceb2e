import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DeclaredDevice } from '../../../../scripts/steps/device-manifest.ts';
import { type DeviceArguments, attachDevices } from '../../../../scripts/vm/attach.ts';

const directory = mkdtempSync(join(tmpdir(), 'asolo-attach-'));
const disk = join(directory, 'a=b,c.img');
const odd = join(directory, 'odd.img');
writeFileSync(disk, new Uint8Array(1024));
writeFileSync(odd, new Uint8Array(700));
writeFileSync(join(directory, 'empty.img'), '');
mkdirSync(join(directory, 'folder'));
afterAll(() => rmSync(directory, { recursive: true }));

const features = { network: true, block: true, sockets: true, files: true, shares: true };
const application = { name: 'app.wasm', sha256: '', bytes: 0 };
const attach = (devices: DeclaredDevice[] | undefined, given: DeviceArguments, more: object = {}): ReturnType<typeof attachDevices> =>
  attachDevices({ application, features: { ...features, ...more }, ...(devices ? { devices } : {}) }, given);
const net = (name: string, more: Partial<DeclaredDevice> = {}): DeclaredDevice => ({ name, type: 'net', ...more });
const block = (name: string, more: Partial<DeclaredDevice> = {}): DeclaredDevice => ({ name, type: 'block', ...more });

describe('attached devices', () => {
  it('have the order of the manifest, interfaces first, with serials and addresses', () => {
    const long = 'storage-with-a-long-name';
    const devices = attach([block(long), net('a', { mtu: 9000, mac: '02:00:00:00:00:01' }), net('b')],
      { net: ['b=user,mac=02:00:00:00:00:02,mtu=1400', 'a=none'], disk: [`${long}=${disk}`], port: ['8080:80', '0.0.0.0:53:5353/udp'] });
    expect(devices.map(({ name, properties }) => [name, properties])).toEqual([
      ['net', { netdev: 'net0', mac: '02:00:00:00:00:01', host_mtu: 9000 }],
      ['net', { netdev: 'net1', mac: '02:00:00:00:00:02', host_mtu: 1400 }],
      ['blk', { drive: 'disk0', serial: 'storage-with-a-long-' }],
    ]);
    expect(devices[0]!.before).toEqual(['-netdev', 'hubport,id=net0,hubid=0']);
    expect(devices[1]!.before).toEqual(['-netdev', 'user,id=net1,hostfwd=tcp:127.0.0.1:8080-:80,hostfwd=udp:0.0.0.0:53-:5353']);
    expect(JSON.parse(devices[2]!.before![1]!)).toMatchObject({ 'driver': 'raw', 'node-name': 'disk0', 'read-only': false, 'file': { driver: 'file', filename: disk } });
  });

  it('may be given without a name where one is declared, or nothing is', () => {
    expect(attach([net('a'), block('b', { readonly: true })], { net: ['user'], disk: [`b=${disk}`] })).toHaveLength(2);
    expect(attach(undefined, { net: ['user', 'none'], disk: [disk, `x=${disk},readonly`] })).toHaveLength(4);
  });

  it('a disk that is declared so, or given so, cannot be written', () => {
    const readonly = (devices: DeclaredDevice[], value: string): unknown => (JSON.parse(attach(devices, { disk: [value] })[0]!.before![1]!) as Record<string, unknown>)['read-only'];
    expect([readonly([block('b', { readonly: true })], `b=${disk}`), readonly([block('b')], `b=${disk},readonly`), readonly([block('b')], `b=${disk}`)]).toEqual([true, true, false]);
  });

  it('a forwarded port means a network where nothing else is said', () => {
    expect(attach([net('a')], { port: ['80:80'] })[0]!.before![1]).toContain('hostfwd=tcp:127.0.0.1:80-:80');
    expect(() => attach([net('a')], { port: ['80:80'], net: ['none'] })).toThrow(/-p forwards ports to a network of kind user, and there is none/);
  });

  it.each<[string, DeclaredDevice[] | undefined, DeviceArguments, RegExp]>([
    ['a missing interface', [net('a')], {}, /app.wasm declares the network interface 'a', which is missing: --net a=user/],
    ['a missing disk', [block('a'), block('b')], { disk: [`b=${disk}`] }, /declares the disk 'a', which is missing: --disk a=FILE/],
    ['a misnamed disk', [block('storage')], { disk: [`stroage=${disk}`] }, /declares no disk 'stroage', but storage \(did you mean storage\?\)/],
    ['a surplus disk', [net('a')], { net: ['user'], disk: [disk] }, /declares no disk, and one was given/],
    ['a device given twice', [net('a')], { net: ['a=user', 'a=none'] }, /the network interface 'a' was given twice/],
    ['the same without a name', [net('a')], { net: ['a=user', 'none'] }, /the network interface 'a' was given twice/],
    ['a bare one of several', [net('a'), net('b')], { net: ['user'] }, /declares 2 network interfaces: say which is meant \(a=…, b=…\)/],
    ['a disk that is not there', undefined, { disk: ['none.img'] }, /cannot use none\.img: no such file/],
    ['a folder', undefined, { disk: [join(directory, 'folder')] }, /is not a file or a block device/],
    ['a disk of half a block', undefined, { disk: [odd] }, /has 700 bytes; a disk has one or more blocks of 512/],
    ['an empty disk', undefined, { disk: [join(directory, 'empty.img')] }, /has 0 bytes/],
    ['an interface that is not there', undefined, { net: ['tap:no-such-tap'] }, /there is no interface 'no-such-tap'; this makes one: ip tuntap add/],
  ])('%s is refused', (_, devices, given, message) => {
    expect(() => attach(devices, given)).toThrow(message);
  });

  it('that the application cannot reach are refused', () => {
    expect(() => attach(undefined, { net: ['user'] }, { network: false })).toThrow(/app.wasm has no use for a network interface/);
    expect(() => attach(undefined, { disk: [disk] }, { block: false })).toThrow(/app.wasm has no use for a disk/);
  });
});
