import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AsoloError } from '../../../../scripts/errors.ts';
import { deviceArguments } from '../../../../scripts/vm/devices.ts';
import { checkShares, parseShares, shareDevices, shareWords } from '../../../../scripts/vm/shares.ts';

const directory = mkdtempSync(join(tmpdir(), 'asolo-shares-'));
const at = (name: string): string => join(directory, name);
mkdirSync(at('a,b'));
writeFileSync(at('file'), '');
afterAll(() => rmSync(directory, { recursive: true }));

const wanted = {
  application: { name: 'app.wasm', sha256: '', bytes: 0 },
  features: { network: false, block: false, sockets: false, files: true, shares: true },
  files: { preopens: ['/packed'], entries: 0, files: 0, bytes: 0, sha256: '' },
};
const parse = (values: string[], more: object = {}): ReturnType<typeof parseShares> => {
  const shares = parseShares(values);
  checkShares({ ...wanted, ...more }, shares, [{ host: '.', guest: '/given', isReadOnly: false }]);
  return shares;
};

function error(action: () => unknown): { code: string; message: string } {
  try {
    action();
  } catch (thrown) {
    if (thrown instanceof AsoloError) return { code: thrown.code, message: thrown.message };
    throw thrown;
  }
  throw new Error('nothing was wrong');
}

describe('shares', () => {
  it('become 9P devices and words, in the same order; a comma in a path is doubled', () => {
    const shares = parse([`${at('a,b')}::/src`, `${directory}::data:ro`]);
    expect(shareWords(shares)).toEqual(['share=rw:/src', 'share=ro:data']);
    expect(deviceArguments('q35', shareDevices(shares))).toEqual([
      '-fsdev', `local,id=share0,path=${at('a,,b')},security_model=none,multidevs=remap`, '-device', 'virtio-9p-pci,fsdev=share0,mount_tag=share0',
      '-fsdev', `local,id=share1,path=${directory},security_model=none,multidevs=remap,readonly=on`, '-device', 'virtio-9p-pci,fsdev=share1,mount_tag=share1',
    ]);
    expect(deviceArguments('microvm', shareDevices(shares))[3]).toBe('virtio-9p-device,bus=virtio-mmio-bus.0,fsdev=share0,mount_tag=share0');
  });

  it('of which there are none need nothing', () => {
    expect(parse([], { features: { ...wanted.features, shares: false } })).toEqual([]);
  });

  it.each<[string, string, string[], RegExp, object?]>([
    ['that are not HOST::GUEST', 'usage', ['a:b'], /^--share: 'a:b' is not HOST::GUEST/],
    ['under one name', 'usage', [`${directory}::/s`, `${directory}::/s:ro`], /^--share: two directories are called '\/s'$/],
    ['under a name that the image has', 'usage', [`${directory}::/packed`], /^--share: app.wasm has a directory '\/packed' already$/],
    ['under a name of --dir', 'usage', [`${directory}::/given`], /^--share: app.wasm has a directory '\/given' already$/],
    ['that are too many', 'usage', Array.from({ length: 17 }, (_, i) => `${directory}::/${i}`), /^--share: 17 directories; there are at most 16$/],
    ['that are not there', 'devices', [`${at('none')}::/s`], /^--share: cannot use .*none: no such file/],
    ['that are files', 'devices', [`${at('file')}::/s`], /^--share: .*file is not a directory$/],
    ['that nobody can open', 'devices', [`${directory}::/s`], /^app.wasm has no use for --share: it imports no path_ function$/, { features: { ...wanted.features, shares: false } }],
    ['that are too many with the others', 'usage', [`${directory}::/s`], /^--share: 33 directories in all; there are at most 32$/, { files: { ...wanted.files, preopens: Array.from({ length: 31 }, (_, i) => `${i}`) } }],
  ])('%s are refused: %s', (_, code, values, message, more) => {
    const found = error(() => parse(values, more));
    expect(found.code).toBe(code);
    expect(found.message).toMatch(message);
  });
});
