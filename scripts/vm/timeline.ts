// What the guest's counters say of a run: where the time went, and what it took to reach the application.
import pc from 'picocolors';
import { formatBytes, formatDuration } from '../log.ts';
import type { Manifest } from '../steps/manifest.ts';
import type { BootTime } from './control.ts';
import type { VmResult } from './run-vm.ts';

export interface Phase {
  name: string;
  milliseconds: number;
}

/** Where the time went. What the guest did not count is QEMU's own start and end, and firmware. */
export function phases(milliseconds: number, time: BootTime): Phase[] {
  const between = (from: bigint, to: bigint): number => Number(((to > from ? to - from : 0n) * 1_000_000n) / time.hz) / 1000;
  const guest = between(time.entry, time.exit);
  return [
    { name: 'QEMU and firmware', milliseconds: Math.max(0, milliseconds - guest) },
    { name: 'boot shim', milliseconds: between(time.entry, time.kernel) },
    { name: 'kernel', milliseconds: between(time.kernel, time.application) },
    { name: 'application', milliseconds: between(time.application, time.exit) },
  ];
}

export function formatTimeline({ milliseconds, time }: VmResult): string {
  if (!time) return pc.dim(`The machine ran for ${formatDuration(milliseconds)}.`);
  const list = phases(milliseconds, time);
  const width = Math.max(...list.map(({ name }) => name.length));
  const lines = list.map(({ name, milliseconds: ms }) => `  ${name.padEnd(width)}  ${ms.toFixed(2).padStart(9)} ms  ${pc.cyan('█'.repeat(Math.round((ms / milliseconds) * 40)))}`);
  return `${pc.bold('Where the time went')}\n${lines.join('\n')}\n`;
}

/** Time and memory until the application's first instruction. */
export function formatStart({ time }: VmResult, { application, memory }: Manifest, machineBytes: number): string {
  const taken = `${formatBytes(memory.imageBytes)} image, ${formatBytes(memory.initialPages * 65536)} its own, of ${formatBytes(machineBytes)}`;
  if (!time) return `${application.name} at its first instruction: ${taken}`;
  const [, shim, kernel] = phases(0, time);
  return `${application.name} at its first instruction: ${(shim!.milliseconds + kernel!.milliseconds).toFixed(2)} ms in the guest; ${taken}`;
}
