// For tests of the Solo5 ABI: a machine with two network interfaces and two disks that its manifest declares, and the
// application's side of the calls. Read first: include/solo5.h.
import { expect } from 'vitest';
import type { Application } from './application.ts';
import type { DeviceSpec } from './devices.ts';
import { Machine, type MachineOptions, type MachineResult } from './machine.ts';
import type { Net } from './virtio/net.ts';

export const OK = 0;
export const AGAIN = 1;
export const EINVAL = 2;
export const EUNSPEC = 3;
export const MTU = 1500;
export const FRAME_MAX = MTU + 14;
// In the application's memory.
export const NAME = 0x100;
export const HANDLE = 0x200;
export const INFO = 0x210;
export const SIZE = 0x230;
export const SET = 0x240;
export const BUFFER = 0x1000;
export const END = 0x40000;
export const NEVER = 0xffff_ffff_ffff_ffffn;

export const declared = [
  { name: 'first', type: 'net' }, { name: 'data', type: 'block' }, { name: 'second', type: 'net' }, { name: 'spare', type: 'block' },
] as const;
export const devices: readonly DeviceSpec[] = [
  { device: 'net', mac: [2, 0, 0, 0, 0, 1] }, { device: 'block', serial: 'spare', sectors: 64, readOnly: true },
  { device: 'block', serial: 'data', sectors: 128 }, { device: 'net', mac: [2, 0, 0, 0, 0, 2], mtu: 9000 },
];

export type Call = (app: Application, machine: Machine) => number | void;

export function run(call: Call, options: MachineOptions = {}): MachineResult {
  const machine = new Machine({ declared, devices, cpu: { kvmclock: true }, commandLine: 'stderr=com2 log=com3', ...options });
  return machine.run((app) => call(app, machine));
}

/** Runs and lets expectations inside decide; anything but a good end is shown. */
export function works(call: Call, options: MachineOptions = {}): void {
  const { status, stderr } = run(call, options);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

export function name(app: Application, text: string): number {
  app.memory.fill(0, NAME, NAME + 0x80);
  app.memory.set(new TextEncoder().encode(text), NAME);
  return NAME;
}

export function acquire(app: Application, type: 'net' | 'block', text: string): bigint {
  expect(app.solo5[`${type}_acquire`]!(name(app, text), HANDLE, INFO)).toBe(OK);
  return app.view.getBigUint64(HANDLE, true);
}

export const frame = (bytes: number, byte = 7): Uint8Array => new Uint8Array(bytes).fill(byte);
export const net = (machine: Machine, index = 0): Net => machine.devices[index] as Net;
