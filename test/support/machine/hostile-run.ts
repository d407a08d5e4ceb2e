// One run of the storm of test/sim/hostile.test.ts: a random machine, random mischief, a random application; then calm,
// in which each device works or has been told by the kernel that it is given up.
import { Dice } from './dice.ts';
import type { DeviceSpec } from './devices.ts';
import { END, HostileApplication, OK } from './hostile-application.ts';
import { BUFFERS_SAID, MISCHIEF, type Mischief, Storm, unleash, visit } from './hostile.ts';
import { Machine, type MachineOptions } from './machine.ts';
import { Block, type BlockFate } from './virtio/block.ts';
import type { Deed } from './virtio/console.ts';
import type { VirtioDevice } from './virtio/device.ts';
import { Net } from './virtio/net.ts';

const UNUSABLE = 125;
/** What lies in RAM that nobody has written yet. */
const RUBBISH = 0x5e;
const FATES: readonly BlockFate[] = ['ioerr', 'unsupp', 'silent', 'short', 'long', 'badId', 'farId', 'backwards', 'ahead', 'noStatus', 'twice', 'broken'];

export interface Outcome { readonly status: number; readonly strikes: number; readonly worked: number; readonly failed: number; readonly resets: number }

/** Throws if something happened that must not; the message says what. */
export function storm(seed: number): Outcome {
  const dice = new Dice(seed);
  const holder: { storm?: Storm } = {};
  const options = randomMachine(dice, holder);
  const machine = new Machine(options);
  const kinds = MISCHIEF.filter(() => dice.chance(0.4));
  const weather = holder.storm = new Storm(dice, machine, kinds, dice.pick([0.02, 0.1, 0.3]));
  const tally = { worked: 0, failed: 0 };
  const isCalmBoot = dice.chance(0.75);
  const { status, stdout, stderr } = machine.attempt(() => {
    machine.start();
    new Uint8Array(machine.memory.buffer).fill(RUBBISH, 0x230000, 0x800000);
    unleash(weather);
    weather.isCalm = isCalmBoot;
    const app = new HostileApplication(machine.boot(), weather);
    options.declared!.forEach(({ type, name }) => app.acquire(Number(name.slice(1)), type));
    weather.isCalm = false;
    for (let steps = 6 + dice.roll(14); steps > 0; steps--) app.step();
    calm(weather);
    app.settleAll();
    rest(app);
    for (const { handle, device } of app.handles) tally[comesBack(app, handle, device) ? 'worked' : 'failed']++;
    machine.exports['exit']!(7);
  });
  judge(machine, status, stdout + stderr);
  return { status, strikes: weather.strikes, resets: machine.devices.reduce((sum, { resets }) => sum + resets, 0), ...tally };
}

function judge(machine: Machine, status: number, said: string): void {
  if (/kernel (panic|fault)|trap/.test(said)) throw new Error(said);
  if (status !== 7 && !(status === UNUSABLE && said.includes('asolo: '))) throw new Error(`status ${status}: ${said.slice(-300)}`);
  if (said.includes(String.fromCharCode(RUBBISH))) throw new Error('memory that nobody wrote was said');
  if (machine.bus.apic.strayEnds > 0) throw new Error('an interrupt was ended that was none');
}

/** Devices behave again; what they said wrongly of themselves is put right. */
function calm(weather: Storm): void {
  weather.isCalm = true;
  for (const device of weather.machine.devices) {
    // Frames that are larger than all buffers together hold up those behind them.
    if (device instanceof Net) device.waiting.length = 0;
    device.configChanged();
  }
  weather.machine.clock.pass(10_000_000);
}

/** Reads what is left, and sleeps: only then do interrupts come. */
function rest(app: HostileApplication): void {
  for (const { handle, device } of app.handles) {
    if (device instanceof Net) while (readsFrame(app, handle));
  }
  app.call('solo5_yield', [BigInt(Math.floor(app.storm.machine.clock.now)) + 5_000_000n, 0x230], [[0x230, 0x238]], -1);
}

function readsFrame(app: HostileApplication, handle: bigint): boolean {
  return app.call('solo5_net_read', [handle, 0x1000, 9014, 0x230], [[0x1000, 0x1000 + 9014], [0x230, 0x234]], 2) === OK;
}

/** Whether the device works. If not, the kernel has told it so, or what it said in the storm still counts. */
function comesBack(app: HostileApplication, handle: bigint, device: VirtioDevice): boolean {
  const attempts = 4;
  const { givenUp, kinds, machine, misplaced } = app.storm;
  for (let i = 0; i < attempts; i++) {
    if (device instanceof Block ? reads(app, handle) : echoes(app, handle)) return true;
    // So long a device may keep all frames.
    machine.clock.pass(5_000_000_000);
  }
  const alike = machine.devices.filter((other) => other.constructor === device.constructor);
  const isGivenUp = alike.some((other) => givenUp.has(other));
  const wasDeceived = device instanceof Block && ['config', 'features', 'sizes', 'status'].some((kind) => kinds.has(kind as Mischief));
  if (!isGivenUp && !wasDeceived && misplaced.size === 0) throw new Error(`device ${machine.devices.indexOf(device)} does not come back`);
  return false;
}

function reads(app: HostileApplication, handle: bigint): boolean {
  return app.call('solo5_block_read', [handle, 0n, 0x1000, 512], [[0x1000, 0x1200]], 3) === OK;
}

function echoes(app: HostileApplication, handle: bigint): boolean {
  const { machine } = app.storm;
  const nets = machine.devices.filter((device): device is Net => device instanceof Net);
  const before = nets.reduce((sum, { sent }) => sum + sent.length, 0);
  rest(app);
  for (const net of nets) visit(app.storm, net);
  app.call('solo5_yield', [BigInt(Math.floor(machine.clock.now)) + 5_000_000n, 0x230], [[0x230, 0x238]], -1);
  let came = false;
  while (readsFrame(app, handle)) came = true;
  app.app.memory.fill(0x31, 0x1000, 0x1000 + 9014);
  app.sends(handle, 0x1000, 60);
  machine.clock.pass(5_000_000);
  return came && nets.reduce((sum, { sent }) => sum + sent.length, 0) > before;
}

function randomMachine(dice: Dice, holder: { storm?: Storm }): MachineOptions {
  const specs: DeviceSpec[] = [];
  const declared: { name: string; type: 'net' | 'block' }[] = [];
  const kinds = ['net', 'block', 'net', 'block', 'console', 'entropy'] as const;
  for (const kind of kinds) {
    if (!dice.chance(0.6)) continue;
    if (kind === 'net' || kind === 'block') declared.push({ name: `d${specs.length}`, type: kind });
    specs.push(randomDevice(dice, kind, specs.length, holder));
  }
  if (specs.length === 0) return randomMachine(dice, holder);
  return {
    devices: specs, declared, memory: '24M', applicationBytes: END, cpu: { kvmclock: dice.chance(0.8), rdseed: dice.pick(['works', 'works', 'absent', 'fails']) },
    commandLine: dice.pick(['stderr=com2 log=com3', 'stderr=com2 log=com3', 'stderr=com2', 'verbose']), stdin: '',
  };
}

function randomDevice(dice: Dice, device: 'net' | 'block' | 'console' | 'entropy', index: number, holder: { storm?: Storm }): DeviceSpec {
  const interrupts = (): 'once' | 'lost' | 'doubled' => (holder.storm?.strike('interrupts') ? dice.pick(['lost', 'doubled']) : 'once');
  const bits = [0n, 0n, 1n << 28n, 1n << 29n, 3n << 28n, BigInt(dice.roll(0x20000))];
  const common = {
    transport: dice.pick(['mmio', 'pci'] as const), without: dice.pick(bits), refuses: dice.chance(0.03) ? 1n << 32n : 0n,
    queueSize: dice.pick([256, 256, 128, 8, 4, 2]), latency: dice.pick([0, 1000, 50_000, 3_000_000]), interrupts,
    withoutMsix: dice.chance(0.3), transitional: dice.chance(0.2),
  };
  switch (device) {
    case 'net': return { device, ...common, mtu: dice.pick([1500, 1500, 9000, 68]), mac: [2, 0, 0, 0, 0, index],
      buffersSaid: (count) => (holder.storm?.strike('contents') ? dice.pick(BUFFERS_SAID) : count) };
    case 'block': return { device, ...common, sectors: 128, serial: `d${index}`, readOnly: dice.chance(0.1), maxDiscard: 16, maxWriteZeroes: 16,
      ...(dice.chance(0.3) ? { sizeMax: dice.pick([512, 1024, 4096]) } : {}), fate: () => (holder.storm?.strike('rings') ? dice.pick(FATES) : 'ok') };
    case 'console': return { device, ...common, ...dice.pick([{}, { ports: [1] }, { ports: [0] }, { ports: [2, 1] }]), deeds: deedsOf(dice, holder) };
    case 'entropy': return { device, ...common, most: dice.pick([64, 64, 1, 0, 5]), neverAnswers: dice.chance(0.05) };
  }
}

/** As an array whose members are thrown when they are looked at. */
function deedsOf(dice: Dice, holder: { storm?: Storm }): readonly Deed[] {
  const deeds: readonly Deed[] = ['keep', 'twice', 'wrong head', 'too long', 'run ahead', 'give up', 'reset itself'];
  return new Proxy<Deed[]>(['take'], { get: (target, key) => (key === '0' ? holder.storm?.strike('rings') ? dice.pick(deeds) : 'take' : Reflect.get(target, key) as unknown) });
}
