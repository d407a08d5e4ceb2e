import { describe, expect, it } from 'vitest';
import { type KvmState, chooseAccelerator, kvmState, qemuArguments } from '../../../scripts/qemu.ts';

const none: KvmState = { usable: false, hardware: false, text: 'no /dev/kvm: ...' };
const software: KvmState = { usable: true, hardware: false, text: '' };
const hardware: KvmState = { usable: true, hardware: true, text: '' };

describe('qemu', () => {
  it('auto uses KVM with hardware everywhere, a software monitor with microvm only', () => {
    const table = (['microvm', 'q35', 'pc'] as const).map((machine) => [none, software, hardware].map((kvm) => chooseAccelerator('auto', machine, kvm)));
    expect(table).toEqual([['tcg', 'kvm', 'kvm'], ['tcg', 'tcg', 'kvm'], ['tcg', 'tcg', 'kvm']]);
  });

  it('what is asked for is done or refused', () => {
    expect(chooseAccelerator('tcg', 'microvm', hardware)).toBe('tcg');
    expect(chooseAccelerator('kvm', 'pc', software)).toBe('kvm');
    expect(() => chooseAccelerator('kvm', 'pc', none)).toThrow('--accel kvm: no /dev/kvm: ...; use --accel tcg');
  });

  it('without the device there is no KVM', () => {
    expect(kvmState('/nonexistent', '/nonexistent')).toMatchObject({ usable: false, hardware: false });
  });

  it('the words are one argument, whatever is in them', () => {
    const args = qemuArguments({ machine: 'q35', accelerator: 'tcg', memoryBytes: 64 << 20, kernel: '/dev/fd/5', words: 'env="A=b,c d" -- -no-kvm', com2: 3, com3: 4 });
    expect(args.at(-1)).toBe('env="A=b,c d" -- -no-kvm');
    expect(args.slice(args.indexOf('-m'), args.indexOf('-m') + 2)).toEqual(['-m', '65536K']);
    expect(args).toContain('isa-serial,chardev=com3,iobase=0x3e8,irq=13');
  });
});
