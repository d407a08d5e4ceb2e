import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { devicesSource, findDeclared, parseManifest } from '../../../../scripts/steps/device-manifest.ts';

const of = (...devices: unknown[]): string => JSON.stringify({ devices });
const solo5 = (...devices: unknown[]): string => JSON.stringify({ type: 'solo5.manifest', version: 1, devices });
const many = (count: number): unknown[] => Array.from({ length: count }, (_, i) => ({ name: `n${i}`, type: 'net' }));

describe('a manifest', () => {
  it('of ours has names, types and options', () => {
    const devices = [{ name: 'eth-0.a_B', type: 'net', mtu: 9000, mac: '52:54:00:12:34:56' }, { name: 'x'.repeat(67), type: 'block', readonly: true }];
    expect(parseManifest(of(...devices))).toEqual(devices);
    expect(parseManifest(of())).toEqual([]);
    expect(parseManifest(of(...many(63)))).toHaveLength(63);
  });

  it('of Solo5 is read', () => {
    expect(parseManifest(solo5({ name: 'service', type: 'NET_BASIC' }, { name: 'storage', type: 'BLOCK_BASIC' })))
      .toEqual([{ name: 'service', type: 'net' }, { name: 'storage', type: 'block' }]);
  });

  it.each([
    ['{', /^not JSON: /],
    ['[]', /^a manifest is an object/],
    ['{}', /"devices" must be a list/],
    ['{"devices":{}}', /"devices" must be a list/],
    ['{"device":[]}', /the manifest has the key "device", which is not one of devices \(did you mean devices\?\)/],
    [of(1), /device 1 is not an object/],
    [of({ type: 'net' }), /device 1: the name undefined is not 1 to 67 letters/],
    [of({ name: '', type: 'net' }), /the name "" is not/],
    [of({ name: 'x'.repeat(68), type: 'net' }), /is not 1 to 67/],
    [of({ name: 'a b', type: 'net' }), /the name "a b" is not/],
    [of({ name: 'ä', type: 'net' }), /the name "ä" is not/],
    [of({ name: 'a', type: 'nte' }), /device 'a': the type "nte" is not net or block/],
    [of({ name: 'a', type: 'constructor' }), /the type "constructor"/],
    [of({ name: 'a', type: 'NET_BASIC' }), /the type "NET_BASIC" is not net or block/],
    [of({ name: 'a', type: 'net', readonly: true }), /device 'a' has the key "readonly", which is not one of name, type, mac, mtu/],
    [of({ name: 'a', type: 'block', readonly: 'yes' }), /"readonly" must be true or false/],
    [of({ name: 'a', type: 'net', mtu: 67 }), /"mtu" must be a number from 68 to 65535/],
    [of({ name: 'a', type: 'net', mtu: '1500' }), /"mtu" must be a number/],
    [of({ name: 'a', type: 'net', mac: '01:00:00:00:00:00' }), /"mac" must be an address of one station/],
    [of({ name: 'a', type: 'net' }, { name: 'a', type: 'block' }), /two devices have the name 'a'/],
    [of({ name: 'the-same-20-letters-one', type: 'block' }, { name: 'the-same-20-letters-two', type: 'block' }), /'the-same-20-letters-one' and 'the-same-20-letters-two' have the same first 20 characters/],
    [of(...many(64)), /64 devices; at most 63/],
    ['{"type":"solo5.manifest","version":2,"devices":[]}', /version 2 of Solo5's manifest is not known/],
    [solo5({ name: 'a', type: 'net' }), /the type "net" is not NET_BASIC or BLOCK_BASIC/],
    [solo5({ name: 'a', type: 'NET_BASIC', mtu: 1500 }), /device 'a' has the key "mtu", which is not one of name, type/],
  ])('%s is refused', (text, message) => {
    expect(() => parseManifest(text)).toThrow(message);
  });

  it('beside the application is found, another one when it is named', () => {
    const directory = mkdtempSync(join(tmpdir(), 'asolo-manifest-'));
    try {
      const application = join(directory, 'app.wasm');
      expect(findDeclared(application, undefined)).toBeUndefined();
      writeFileSync(join(directory, 'asolo.json'), of({ name: 'a', type: 'net' }));
      writeFileSync(join(directory, 'other.json'), of());
      writeFileSync(join(directory, 'bad.json'), '{');
      expect(findDeclared(application, undefined)).toEqual([{ name: 'a', type: 'net' }]);
      expect(findDeclared(application, join(directory, 'other.json'))).toEqual([]);
      expect(() => findDeclared(application, join(directory, 'bad.json'))).toThrow(/bad\.json: not JSON/);
      expect(() => findDeclared(application, join(directory, 'none.json'))).toThrow(/cannot read the manifest .*none\.json: no such file/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('becomes a note of the size that it says', () => {
    const text = devicesSource([{ name: 'a', type: 'net' }, { name: 'x'.repeat(67), type: 'block' }]);
    expect(text).toContain('.long 6, 148, 1\n');
    expect(text).toContain('.long 1\n  .ascii "a"\n  .zero 67\n');
    expect(text).toContain('.long 2\n  .ascii "' + 'x'.repeat(67) + '"\n  .zero 1\n');
  });
});
