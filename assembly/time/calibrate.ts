// How fast the TSC runs, measured: about 1 ms against a clock whose rate is known. The local APIC's timer comes first
// (1 GHz in every known monitor, one access a reading), then the PIT's channel 2 (1.193182 MHz by definition, four
// accesses). A machine may lack either, so every loop is bounded by a number of readings, not by time.
// Read first: Intel SDM vol. 3A §11.5.4; Intel 8254 data sheet, mode 0.

import * as cpu from "../host/cpu";
import * as io from "../host/io";
import * as mmio from "../host/mmio";
import {
  APIC_DIVIDE_BY_16, APIC_LVT_MASKED, APIC_LVT_TIMER, APIC_TIMER_CURRENT, APIC_TIMER_DIVIDE, APIC_TIMER_DIVISOR,
  APIC_TIMER_INITIAL,
} from "../irq/spec";
import {
  APIC_BUS_HZ, PIT_CHANNEL_2, PIT_CHANNEL_2_LATCH, PIT_CHANNEL_2_ONE_SHOT, PIT_COMMAND, PIT_GATE, PIT_GATE_CHANNEL_2,
  PIT_GATE_SPEAKER, PIT_HZ,
} from "./spec";

/** A reading of the reference, with the cycle counts just before and after. */
const SAMPLES: u32 = 8;
/** Readings without a change before the reference counts as absent; a port or register access takes 50 ns or more. */
const STUCK_READINGS: u32 = 256;
/** Readings in all: 1 ms takes 10,000 where a reading is as fast as 100 ns. */
const READINGS_MAX: u32 = 1 << 18;
const PIT_START: u32 = 0xffff;
/** Where nothing can be measured; wrong, but time passes and sleeps end. */
const GUESSED_HZ: u64 = 1000000000;

// The best sample: the one with the tightest bracket.
let sampleCount: u32 = 0;
let sampleCycles: u64 = 0;

/** Measures the TSC's frequency in Hz. Stops the APIC's timer; call it before the timer is used. */
export function measureHz(): u64 {
  mmio.write32(APIC_LVT_TIMER, APIC_LVT_MASKED);
  mmio.write32(APIC_TIMER_DIVIDE, APIC_DIVIDE_BY_16);
  mmio.write32(APIC_TIMER_INITIAL, u32.MAX_VALUE);
  let hz = measureAgainst(true, APIC_BUS_HZ / APIC_TIMER_DIVISOR, u32.MAX_VALUE);
  mmio.write32(APIC_TIMER_INITIAL, 0);
  if (hz != 0) return hz;
  io.out8(PIT_GATE, (io.in8(PIT_GATE) & ~PIT_GATE_SPEAKER) | PIT_GATE_CHANNEL_2);
  io.out8(PIT_COMMAND, PIT_CHANNEL_2_ONE_SHOT);
  io.out8(PIT_CHANNEL_2, PIT_START & 0xff);
  io.out8(PIT_CHANNEL_2, PIT_START >> 8);
  hz = measureAgainst(false, PIT_HZ, PIT_START);
  return hz != 0 ? hz : GUESSED_HZ;
}

/** Hz of the TSC against a counter that counts down at `rate` Hz in the bits of `mask`; 0 if it does not count. */
function measureAgainst(isApic: bool, rate: u64, mask: u32): u64 {
  const first = readCounter(isApic);
  let stuck: u32 = 0;
  while (readCounter(isApic) == first) if (++stuck == STUCK_READINGS) return 0;
  takeSample(isApic);
  const startCount = sampleCount;
  const startCycles = sampleCycles;
  const wanted = <u32>(rate / 1000);
  for (let i: u32 = 0; ((startCount - readCounter(isApic)) & mask) < wanted; i++) if (i == READINGS_MAX) return 0;
  takeSample(isApic);
  const counts = <u64>((startCount - sampleCount) & mask);
  return (sampleCycles - startCycles) * rate / counts;
}

function takeSample(isApic: bool): void {
  let tightest = u64.MAX_VALUE;
  for (let i: u32 = 0; i < SAMPLES; i++) {
    const before = cpu.cycles();
    const count = readCounter(isApic);
    const after = cpu.cycles();
    if (after - before >= tightest) continue;
    tightest = after - before;
    sampleCount = count;
    sampleCycles = before + tightest / 2;
  }
}

function readCounter(isApic: bool): u32 {
  if (isApic) return mmio.read32(APIC_TIMER_CURRENT);
  io.out8(PIT_COMMAND, PIT_CHANNEL_2_LATCH);
  const low = io.in8(PIT_CHANNEL_2);
  return low | (io.in8(PIT_CHANNEL_2) << 8);
}
