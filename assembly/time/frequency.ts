// The TSC's frequency where kvmclock is absent: what CPUID says, else a measurement.
// Read first: Intel SDM vol. 2A, CPUID leaves 15H and 16H; the hypervisor's leaf 40000010H first, since under a
// hypervisor leaf 15H may describe the host.

import * as cpu from "../host/cpu";
import { measureHz } from "./calibrate";
import {
  CPUID_1_ECX_HYPERVISOR, CPUID_HYPERVISOR, CPUID_HYPERVISOR_FREQUENCY, CPUID_PROCESSOR_FREQUENCY, CPUID_TSC,
} from "./spec";

/** What is not between 1 MHz and 100 GHz is not a frequency. */
const HZ_MIN: u64 = 1000000;
const HZ_MAX: u64 = 100000000000;

/** The TSC's frequency in Hz; takes about 1 ms where it has to be measured. */
export function findHz(): u64 {
  let hz = hypervisorHz();
  if (!isPlausible(hz)) hz = crystalHz();
  if (!isPlausible(hz)) hz = measureHz();
  return isPlausible(hz) ? hz : HZ_MIN;
}

function isPlausible(hz: u64): bool {
  return hz >= HZ_MIN && hz <= HZ_MAX;
}

function hypervisorHz(): u64 {
  if ((cpu.identify(1, 0, 2) & CPUID_1_ECX_HYPERVISOR) == 0) return 0;
  const last = cpu.identify(CPUID_HYPERVISOR, 0, 0);
  // A largest leaf that is no hypervisor leaf means that an ordinary leaf has answered in its place.
  if (last < CPUID_HYPERVISOR_FREQUENCY || last > CPUID_HYPERVISOR + 0xffff) return 0;
  return <u64>cpu.identify(CPUID_HYPERVISOR_FREQUENCY, 0, 0) * 1000;
}

function crystalHz(): u64 {
  const last = cpu.identify(0, 0, 0);
  if (last < CPUID_TSC) return 0;
  const denominator = <u64>cpu.identify(CPUID_TSC, 0, 0);
  const numerator = <u64>cpu.identify(CPUID_TSC, 0, 1);
  if (denominator == 0 || numerator == 0) return 0;
  const crystal = <u64>cpu.identify(CPUID_TSC, 0, 2);
  if (crystal != 0) return crystal * numerator / denominator;
  // The crystal is not told: then the TSC runs at the base frequency, known to the megahertz.
  return last < CPUID_PROCESSOR_FREQUENCY ? 0 : <u64>(cpu.identify(CPUID_PROCESSOR_FREQUENCY, 0, 0) & 0xffff) * 1000000;
}
