// --ip, --gateway and --dns of asolo build and run: text -> words of the kernel's command line, which mean the same
// (docs/network.md). Linux's long form of ip= is for monitors started by hand, and not taken here.
import { isIPv4 } from 'node:net';
import { AsoloError } from './errors.ts';
import { callThatOpensSockets } from './steps/kernel-features.ts';
import type { Manifest } from './steps/manifest.ts';

export interface NetworkArguments {
  ip?: string[];
  gateway?: string[];
  dns?: string;
}

const METHODS = ['dhcp', 'off'];
const SERVERS_MAX = 3;
/** The kernel has places for eight interfaces, and the loopback takes one. */
const DEVICE = /^(eth[0-6]):(.*)$/;

/** The words, checked. They come in an order of their own: no one of them changes what another says. */
export function networkWords({ ip = [], gateway = [], dns }: NetworkArguments): string[] {
  for (const value of ip) {
    if (!isAddressing(withoutDevice(value))) throw wrong('--ip', value, '[ethN:]ADDRESS/PREFIX, dhcp or off, as in 10.0.0.2/24');
  }
  for (const value of gateway) {
    if (!isIPv4(withoutDevice(value))) throw wrong('--gateway', value, '[ethN:]ADDRESS, as in 10.0.0.1');
  }
  if (dns !== undefined && !areServers(dns.split(','))) throw wrong('--dns', dns, `at most ${SERVERS_MAX} addresses with commas between them, as in 10.0.0.1,10.0.0.3`);
  return [...ip.map((value) => `ip=${value}`), ...gateway.map((value) => `gateway=${value}`), ...(dns === undefined ? [] : [`dns=${dns}`])];
}

/**
 * Go's net package waits in poll_oneoff and never makes a socket non-blocking that it was handed: as wasmtime hands over none
 * that blocks, Go programs find theirs so here, too. Programs in other languages find what plain accept() expects.
 */
export function listenerWords(producers: readonly string[], hasSockets: boolean): string[] {
  return hasSockets && producers.some((producer) => /^processed-by Go cmd\/compile\b/.test(producer)) ? ['listeners=nonblock'] : [];
}

/** A program without sockets has no stack that could be configured. */
export function checkHasStack(words: readonly string[], hasSockets: boolean, application: string): void {
  if (words.length > 0 && !hasSockets) throw new AsoloError('devices', `${application} has no use for --ip, --gateway or --dns: it imports no sock_ function`);
}

/** What somebody is told whose application opens sockets on a machine from which no other can be reached. */
export function missingNetworkNotice({ imports, application }: Pick<Manifest, 'imports' | 'application'>, devices: readonly { name: string }[]): string | undefined {
  const call = callThatOpensSockets(imports);
  if (call === undefined || devices.some(({ name }) => name === 'net')) return undefined;
  return `${application.name} imports ${call}, and its machine has no network interface: it reaches nobody but itself, 127.0.0.1 (--net user attaches one)`;
}

function withoutDevice(value: string): string {
  return DEVICE.exec(value)?.[2] ?? value;
}

function isAddressing(text: string): boolean {
  if (METHODS.includes(text)) return true;
  const [address = '', prefix, ...more] = text.split('/');
  return isIPv4(address) && more.length === 0 && (prefix === undefined || (/^\d{1,2}$/.test(prefix) && Number(prefix) <= 32));
}

function areServers(addresses: readonly string[]): boolean {
  return addresses.length <= SERVERS_MAX && addresses.every((address) => isIPv4(address));
}

function wrong(option: string, value: string, expected: string): AsoloError {
  return new AsoloError('usage', `${option} '${value}': expected ${expected}`);
}
