// What the processor says and does: CPUID, the TSC, RDSEED and RDRAND, and KVM's clock page.
// From the Intel SDM (CPUID leaves) and Linux Documentation/virt/kvm/x86/{cpuid,msr}.rst.
import type { Clock } from './clock.ts';

export interface CpuOptions {
  /** Rate of the TSC. */
  readonly hz?: number;
  /** What the TSC shows when the machine is switched on. */
  readonly tscStart?: bigint;
  /** kvmclock is offered. */
  readonly kvmclock?: boolean;
  /** KVM's wall clock at switch-on, ns since 1970. */
  readonly wallStart?: bigint;
  /** Leaf 0x40000010 tells the TSC's rate. */
  readonly frequencyLeaf?: boolean;
  /** Leaf 0x15 tells the TSC's rate: eax, ebx, ecx. */
  readonly crystal?: readonly [number, number, number];
  readonly rdseed?: 'works' | 'fails' | 'stuck' | 'absent';
  readonly rdrand?: 'works' | 'fails' | 'stuck' | 'absent';
}

const SHARED_PAGE = 0x100000;

export class Processor {
  readonly hz: number;
  #clock: Clock;
  #options: CpuOptions;
  #random = 0x9e3779b97f4a7c15n;

  constructor(clock: Clock, options: CpuOptions) {
    this.#clock = clock;
    this.#options = options;
    this.hz = options.hz ?? 2_500_000_000;
  }

  cycles(): bigint {
    return (this.#options.tscStart ?? 0n) + BigInt(Math.floor(this.#clock.now)) * BigInt(this.hz) / 1_000_000_000n;
  }

  identify(leaf: number, subleaf: number, register: number): number {
    return (this.#leaf(leaf, subleaf)[register] ?? 0) | 0;
  }

  #leaf(leaf: number, _subleaf: number): readonly number[] {
    const o = this.#options;
    const hypervisor = o.kvmclock === true || o.frequencyLeaf === true;
    switch (leaf) {
      case 0: return [o.crystal === undefined ? 0x0d : 0x16, 0, 0, 0];
      case 1: return [0, 0, (hypervisor ? 1 << 31 : 0) | (has(o.rdrand) ? 1 << 30 : 0), 0];
      case 7: return [0, has(o.rdseed ?? 'works') ? 1 << 18 : 0, 0, 0];
      case 0x15: return o.crystal ?? [0, 0, 0];
      case 0x16: return [Math.round(this.hz / 1e6), 0, 0];
      case 0x40000000: return [o.frequencyLeaf ? 0x40000010 : 0x40000001,
        ...(o.kvmclock ? [0x4b4d564b, 0x564b4d56, 0x4d] : [0, 0, 0])];
      case 0x40000001: return [o.kvmclock ? 8 : 0];
      case 0x40000010: return [this.hz / 1000, 1_000_000];
      default: return [0, 0, 0, 0];
    }
  }

  /** One attempt: a word, or undefined. A test generator, not a random one: machines must repeat. */
  random(kind: number): bigint | undefined {
    const state = kind === 0 ? this.#options.rdseed ?? 'works' : this.#options.rdrand ?? 'absent';
    if (state === 'absent') throw new Error('#UD: the processor has no such instruction');
    if (state === 'fails') return undefined;
    if (state === 'stuck') return 0xffff_ffff_ffff_ffffn;
    this.#random = BigInt.asUintN(64, this.#random * 6364136223846793005n + 1442695040888963407n);
    return this.#random;
  }

  /** Fills KVM's two structures in the shared page, as the hypervisor does when the MSRs are written. */
  enableKvmclock(memory: DataView): void {
    if (this.#options.kvmclock !== true) throw new Error('#GP: the machine has no kvmclock');
    // ns = (cycles << shift) * mul >> 32, with mul as large as fits.
    let shift = 0;
    let rate = this.hz;
    for (; rate > 2e9; rate /= 2) shift--;
    for (; rate <= 1e9; rate *= 2) shift++;
    const time = SHARED_PAGE + 0x40;
    memory.setUint32(time, 2, true);
    memory.setBigUint64(time + 8, this.cycles(), true);
    memory.setBigUint64(time + 16, BigInt(Math.floor(this.#clock.now)), true);
    memory.setUint32(time + 24, Math.floor(2 ** 32 * 1e9 / rate), true);
    memory.setInt8(time + 28, shift);
    const wall = this.#options.wallStart ?? 0n;
    memory.setUint32(SHARED_PAGE + 0x80, 2, true);
    memory.setUint32(SHARED_PAGE + 0x84, Number(wall / 1_000_000_000n), true);
    memory.setUint32(SHARED_PAGE + 0x88, Number(wall % 1_000_000_000n), true);
  }
}

function has(state: CpuOptions['rdseed']): boolean {
  return state !== undefined && state !== 'absent';
}
