// The values of asolo run's --net, --disk, -p and --tcplisten, as text -> as data. Whether the application wants such devices is not
// looked at here (attach.ts).
import { AsoloError } from '../errors.ts';
import { MTU_LEAST, MTU_MOST, NAME_PATTERN, isMac, isMtu } from '../steps/device-manifest.ts';
import { nearest } from '../suggest.ts';

export interface NetOption {
  /** Absent: the one interface that there is. */
  name?: string;
  kind: 'user' | 'tap' | 'none';
  /** Of kind tap. */
  tap?: string;
  mac?: string;
  mtu?: number;
}

export interface DiskOption {
  name?: string;
  file: string;
  readonly: boolean;
}

export interface PortOption {
  protocol: 'tcp' | 'udp';
  address: string;
  host: number;
  guest: number;
}

export interface ListenOption {
  address: string;
  port: number;
}

const KINDS = ['user', 'tap', 'none'] as const;
const NET_FORM = '[NAME=]user|tap:INTERFACE|none[,mac=MAC][,mtu=MTU]';
const PORT_FORM = '[ADDRESS:]HOST:GUEST[/udp]';
/** Linux's IFNAMSIZ is 16 with the NUL. */
const INTERFACE_PATTERN = /^[^\s/:,]{1,15}$/;
/** Whoever wants the world to reach a guest says 0.0.0.0. */
const LOOPBACK = '127.0.0.1';

/** `NAME=user,mac=52:54:00:00:00:01,mtu=9000` */
export function parseNet(value: string): NetOption {
  const [first = '', ...rest] = value.split(',');
  const at = first.indexOf('=');
  const [kind, tap] = splitOnce(at < 0 ? first : first.slice(at + 1), ':');
  if (!(KINDS as readonly string[]).includes(kind)) {
    const near = nearest(kind, KINDS);
    throw wrong('--net', value, `'${kind}' is not ${KINDS.join(', ')}${near === undefined ? `; expected ${NET_FORM}` : ` (did you mean ${near}?)`}`);
  }
  if (kind === 'tap' && !(tap !== undefined && INTERFACE_PATTERN.test(tap))) throw wrong('--net', value, 'tap needs the name of an interface: tap:tap0');
  if (kind !== 'tap' && tap !== undefined) throw wrong('--net', value, `nothing may follow '${kind}:'`);
  const option: NetOption = { kind: kind as NetOption['kind'], ...(tap === undefined ? {} : { tap }) };
  if (at >= 0) option.name = checkName('--net', value, first.slice(0, at));
  for (const part of rest) addNetPart(option, value, part);
  return option;
}

function addNetPart(option: NetOption, value: string, part: string): void {
  const [key, text = ''] = splitOnce(part, '=');
  if (key === 'mac') {
    if (!isMac(text)) throw wrong('--net', value, `'${text}' is not the MAC address of one station, like 52:54:00:12:34:56`);
    option.mac = text;
  } else if (key === 'mtu') {
    if (!/^\d{1,6}$/.test(text) || !isMtu(Number(text))) throw wrong('--net', value, `an MTU is a number from ${MTU_LEAST} to ${MTU_MOST}`);
    option.mtu = Number(text);
  } else throw wrong('--net', value, `'${part}' is neither mac=… nor mtu=…`);
}

/** `NAME=FILE,readonly`. A file whose name looks like that is written with a path: ./a=b */
export function parseDisk(value: string): DiskOption {
  const readonly = value.endsWith(',readonly');
  const text = readonly ? value.slice(0, -',readonly'.length) : value;
  const at = text.indexOf('=');
  const isNamed = at >= 0 && !text.slice(0, at).includes('/');
  const file = isNamed ? text.slice(at + 1) : text;
  if (file === '') throw wrong('--disk', value, 'expected [NAME=]FILE[,readonly]');
  return { ...(isNamed ? { name: checkName('--disk', value, text.slice(0, at)) } : {}), file, readonly };
}

/** `8080:80`, `0.0.0.0:53:53/udp` */
export function parsePort(value: string): PortOption {
  const match = /^(?:(.*):)?([^:]*):([^:/]*)(?:\/(.*))?$/.exec(value);
  if (!match) throw wrong('-p', value, `expected ${PORT_FORM}`);
  const [, address = LOOPBACK, host, guest, protocol = 'tcp'] = match;
  if (protocol !== 'tcp' && protocol !== 'udp') throw wrong('-p', value, `'${protocol}' is not tcp or udp`);
  if (address.startsWith('[')) throw wrong('-p', value, "QEMU's user network forwards from IPv4 addresses only");
  if (!isIpv4(address)) throw wrong('-p', value, `'${address}' is not an IPv4 address`);
  return { protocol, address, host: port(value, host!), guest: port(value, guest!) };
}

/** `127.0.0.1:8080` */
export function parseListen(value: string): ListenOption {
  const [address, text] = splitOnce(value, ':');
  if (text === undefined || !isIpv4(address)) throw wrong('--tcplisten', value, 'expected ADDRESS:PORT, the address as in 127.0.0.1');
  if (!isPort(text)) throw wrong('--tcplisten', value, `'${text}' is not a port from 1 to 65535`);
  return { address, port: Number(text) };
}

function port(value: string, text: string): number {
  if (!isPort(text)) throw wrong('-p', value, `'${text}' is not a port from 1 to 65535; expected ${PORT_FORM}`);
  return Number(text);
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
}

function isIpv4(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255);
}

function checkName(option: string, value: string, name: string): string {
  if (!NAME_PATTERN.test(name)) throw wrong(option, value, `the name '${name}' is not 1 to 67 letters, digits, '-', '_' or '.'`);
  return name;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function wrong(option: string, value: string, why: string): AsoloError {
  return new AsoloError('usage', `${option} ${value}: ${why}`);
}
