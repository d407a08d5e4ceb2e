// A kernel for tests of the network driver: build/kernel.wasm's sources with the driver's functions exported, joined to
// the stack or with a receiver that is the test. Written beside the compiled units, since it is no part of the kernel.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileAssembly } from '../assembly.ts';

const SOURCE = `
import { setReceiver, setReleased } from "../../assembly/virtio/net";

// The devices are the test's, not the stack's.
// @ts-ignore: decorator
@global const without_sockets: bool = true;

// @ts-ignore: decorator
@external("test", "frame") declare function frame(nic: u32, at: usize, bytes: u32, valid: u32): void;
// @ts-ignore: decorator
@external("test", "released") declare function releasedOwner(owner: usize): void;

function frameCame(nic: u32, at: usize, bytes: u32, valid: u32): void {
  frame(nic, at, bytes, valid);
}

function released(owner: usize): void {
  releasedOwner(owner);
}

/** From now on frames and owners are the test's. */
export function connectTest(): void {
  setReceiver(frameCame);
  setReleased(released);
}

const room = memory.data(0x10000, 16);

/** 64 KiB of the kernel's memory, for what a stack would have sent. */
export function testMemory(): usize {
  return room;
}

export * from "../../assembly/index";
export * from "../../assembly/virtio/net";
export * from "../../assembly/sockets/nics";
export * from "../../assembly/net/stack";
export { idle } from "../../assembly/time/idle";
`;

let compiled: Promise<WebAssembly.Module> | undefined;

export function compileNetKernel(): Promise<WebAssembly.Module> {
  compiled ??= compile();
  return compiled;
}

async function compile(): Promise<WebAssembly.Module> {
  const folder = join(import.meta.dirname, '../../../build/unit');
  const name = `net-kernel.${createHash('sha256').update(SOURCE).digest('hex').slice(0, 8)}.ts`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), SOURCE);
  return new WebAssembly.Module(await compileAssembly(`../build/unit/${name}`));
}
