// What an application declares and what --net, --disk, -p and --tcplisten give it -> the virtio devices of its machine, in the order
// in which the kernel looks for them. A device that is missing, too many or misnamed ends here, before anything boots.
import { type Stats, accessSync, constants, readFileSync, statSync } from 'node:fs';
import { AsoloError, describeSystemError } from '../errors.ts';
import { type DeclaredDevice, serialOf } from '../steps/device-manifest.ts';
import type { Manifest } from '../steps/manifest.ts';
import { nearest } from '../suggest.ts';
import { type DiskOption, type ListenOption, type NetOption, type PortOption, parseDisk, parseListen, parseNet, parsePort } from './device-options.ts';
import type { VirtioDevice } from './devices.ts';
import { ioEngine } from './io-engine.ts';

/** The options as they were given, each repeatable. */
export interface DeviceArguments {
  net?: string[];
  disk?: string[];
  port?: string[];
  tcplisten?: string[];
}

type Wanted = Pick<Manifest, 'application' | 'devices' | 'features'>;

/** VirtIO 1.2 §5.2.4: the capacity counts these. */
const SECTOR = 512;
const OPTION_OF = { net: '--net NAME=user', block: '--disk NAME=FILE' } as const;
const WORD_OF = { net: 'network interface', block: 'disk' } as const;

export function attachDevices(wanted: Wanted, given: DeviceArguments): VirtioDevice[] {
  const ports = (given.port ?? []).map(parsePort);
  const listens = listensOf(wanted, given);
  const nets = netsOf(given);
  const disks = (given.disk ?? []).map(parseDisk);
  const pairs = match(wanted, 'net', nets);
  const forwarding = pairs.find(({ option }) => option.kind === 'user');
  if (ports.length > 0 && !forwarding) throw new AsoloError('usage', '-p forwards ports to a network of kind user, and there is none: --net NAME=user');
  const forwarded = [...ports, ...listens.filter((listen) => !ports.some((to) => to.protocol === 'tcp' && to.guest === listen.port)).map(portOf)];
  return [
    ...pairs.map((pair, i) => netDevice(pair.option, pair.declared, i, pair === forwarding ? forwarded : [])),
    ...match(wanted, 'block', disks).map(({ option, declared, name }, i) => diskDevice(option, declared, name, i)),
  ];
}

/**
 * The words of --tcplisten. On a network of kind user the address is this computer's, whose port is forwarded, and the
 * guest listens on all it has; on any other it is the guest's own.
 */
export function listenWords(wanted: Wanted, given: DeviceArguments): string[] {
  const isForwarded = netsOf(given).some(({ kind }) => kind === 'user');
  return listensOf(wanted, given).map(({ address, port }) => `tcplisten=${isForwarded ? '0.0.0.0' : address}:${port}`);
}

function listensOf(wanted: Wanted, given: DeviceArguments): ListenOption[] {
  const listens = (given.tcplisten ?? []).map(parseListen);
  if (listens.length > 0 && !wanted.features.sockets) throw new AsoloError('devices', `${wanted.application.name} has no use for --tcplisten: it imports no sock_ function`);
  return listens;
}

/** A port that is forwarded or listened on says that there is to be a network: user's, where only one can be meant. */
function netsOf(given: DeviceArguments): NetOption[] {
  const nets = (given.net ?? []).map(parseNet);
  const isMeant = (given.port ?? []).length + (given.tcplisten ?? []).length > 0;
  return nets.length === 0 && isMeant ? [{ kind: 'user' }] : nets;
}

function portOf({ address, port }: ListenOption): PortOption {
  return { protocol: 'tcp', address, host: port, guest: port };
}

interface Pair<T> {
  option: T;
  declared?: DeclaredDevice;
  name?: string | undefined;
}

/** Joins the options of one type to what is declared, in that order. */
function match<T extends { name?: string }>(wanted: Wanted, type: 'net' | 'block', given: readonly T[]): Pair<T>[] {
  const uses = type === 'net' ? wanted.features.network : wanted.features.block;
  checkTwice(type, given);
  if (wanted.devices === undefined) {
    if (given.length > 0 && !uses) throw new AsoloError('devices', `${wanted.application.name} has no use for a ${WORD_OF[type]}: it imports nothing that reaches one`);
    return given.map((option) => ({ option, name: option.name }));
  }
  const declared = wanted.devices.filter((device) => device.type === type);
  const named = given.map((option) => ({ option, name: nameOf(wanted, type, declared, option) }));
  checkTwice(type, named);
  return declared.map((device) => {
    const found = named.find(({ name }) => name === device.name);
    if (!found) {
      const example = OPTION_OF[type].replace('NAME', device.name);
      throw new AsoloError('devices', `${wanted.application.name} declares the ${WORD_OF[type]} '${device.name}', which is missing: ${example}`);
    }
    return { ...found, declared: device };
  });
}

/** The declared name that an option means. */
function nameOf(wanted: Wanted, type: 'net' | 'block', declared: readonly DeclaredDevice[], { name }: { name?: string }): string {
  const names = declared.map((device) => device.name);
  const application = wanted.application.name;
  if (names.length === 0) throw new AsoloError('devices', `${application} declares no ${WORD_OF[type]}, and one was given${name === undefined ? '' : `: '${name}'`}`);
  if (name === undefined) {
    if (names.length === 1) return names[0]!;
    throw new AsoloError('devices', `${application} declares ${names.length} ${WORD_OF[type]}s: say which is meant (${names.map((known) => `${known}=…`).join(', ')})`);
  }
  if (names.includes(name)) return name;
  const near = nearest(name, names);
  throw new AsoloError('devices', `${application} declares no ${WORD_OF[type]} '${name}', but ${names.join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}`);
}

function checkTwice(type: 'net' | 'block', given: readonly { name?: string | undefined }[]): void {
  const names = given.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new AsoloError('devices', `the ${WORD_OF[type]} '${twice}' was given twice`);
}

function netDevice(option: NetOption, declared: DeclaredDevice | undefined, index: number, ports: readonly PortOption[]): VirtioDevice {
  const id = `net${index}`;
  const mac = option.mac ?? declared?.mac;
  const mtu = option.mtu ?? declared?.mtu;
  return {
    name: 'net',
    before: ['-netdev', backend(option, id, index, ports)],
    properties: { netdev: id, ...(mac === undefined ? {} : { mac }), ...(mtu === undefined ? {} : { host_mtu: mtu }) },
  };
}

function backend({ kind, tap }: NetOption, id: string, index: number, ports: readonly PortOption[]): string {
  if (kind === 'none') return `hubport,id=${id},hubid=${index}`;
  if (kind === 'tap') {
    if (!interfaces().includes(tap!)) {
      throw new AsoloError('devices', `there is no interface '${tap}'; this makes one: ip tuntap add ${tap} mode tap user $USER && ip link set ${tap} up`);
    }
    return `tap,id=${id},ifname=${tap},script=no,downscript=no`;
  }
  const forwards = ports.map(({ protocol, address, host, guest }) => `,hostfwd=${protocol}:${address}:${host}-:${guest}`);
  return `user,id=${id}${forwards.join('')}`;
}

/** Those of our own network namespace, which /sys may not show. */
function interfaces(): string[] {
  return readFileSync('/proc/net/dev', 'utf8').split('\n').slice(2).map((line) => line.split(':')[0]!.trim());
}

function diskDevice(option: DiskOption, declared: DeclaredDevice | undefined, name: string | undefined, index: number): VirtioDevice {
  const id = `disk${index}`;
  const readonly = option.readonly || (declared?.readonly ?? false);
  const driver = checkFile(option.file, readonly).isBlockDevice() ? 'host_device' : 'file';
  const node = { 'driver': 'raw', 'node-name': id, 'read-only': readonly, 'discard': 'unmap', 'file': { driver, filename: option.file, discard: 'unmap', aio: ioEngine() } };
  return {
    name: 'blk',
    before: ['-blockdev', JSON.stringify(node)],
    properties: { drive: id, ...(name === undefined ? {} : { serial: serialOf(name) }) },
  };
}

/** What QEMU would only say later, or not at all. */
function checkFile(file: string, readonly: boolean): Stats {
  let stats: Stats;
  try {
    stats = statSync(file);
    accessSync(file, constants.R_OK | (readonly ? 0 : constants.W_OK));
  } catch (error) {
    throw new AsoloError('devices', `--disk: cannot use ${file}: ${describeSystemError(error)}${isDenied(error, readonly) ? ' (to write; add ,readonly)' : ''}`);
  }
  if (stats.isBlockDevice()) return stats;
  if (!stats.isFile()) throw new AsoloError('devices', `--disk: ${file} is not a file or a block device`);
  if (stats.size === 0 || stats.size % SECTOR !== 0) {
    throw new AsoloError('devices', `--disk: ${file} has ${stats.size} bytes; a disk has one or more blocks of ${SECTOR} (truncate --size 16M ${file} makes one of 16 MiB)`);
  }
  return stats;
}

function isDenied(error: unknown, readonly: boolean): boolean {
  return !readonly && ['EACCES', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '');
}
