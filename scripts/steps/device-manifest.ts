// The devices that an application declares: asolo.json beside it, or what --manifest names. Two formats are read, ours
// and Solo5's manifest.json; docs/devices.md describes both. Everything is checked here, once, with messages that name
// the file, the device and what would be right.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AsoloError, describeSystemError } from '../errors.ts';
import { nearest } from '../suggest.ts';

export type DeviceType = 'net' | 'block';

export interface DeclaredDevice {
  name: string;
  type: DeviceType;
  /** Of disks: asolo run attaches it so that it cannot be written. */
  readonly?: boolean;
  /** Of network interfaces: what asolo run gives it where --net says nothing else. */
  mac?: string;
  mtu?: number;
}

export const MANIFEST_NAME = 'asolo.json';
export const DEVICES_MAX = 63;
export const NAME_PATTERN = /^[A-Za-z0-9._-]{1,67}$/;
/** VirtIO 1.2 §5.2.6.2: a disk says so much of its name. */
export const SERIAL_BYTES = 20;
export const MTU_LEAST = 68;
export const MTU_MOST = 65535;

const SOLO5_TYPES: Readonly<Record<string, DeviceType>> = { NET_BASIC: 'net', BLOCK_BASIC: 'block' };
const OPTIONS: Readonly<Record<DeviceType, readonly string[]>> = { net: ['mac', 'mtu'], block: ['readonly'] };

/** The devices declared for an application; undefined if it has no manifest. */
export function findDeclared(application: string, given: string | undefined): DeclaredDevice[] | undefined {
  const path = given ?? join(dirname(application), MANIFEST_NAME);
  if (given === undefined && !existsSync(path)) return undefined;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new AsoloError('manifest', `cannot read the manifest ${path}: ${describeSystemError(error)}`);
  }
  try {
    return parseManifest(text);
  } catch (error) {
    if (error instanceof AsoloError) throw new AsoloError('manifest', `${path}: ${error.message}`);
    throw error;
  }
}

/** The text of a manifest, in either format. */
export function parseManifest(text: string): DeclaredDevice[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong(`not JSON: ${(error as Error).message}`);
  }
  if (!isObject(value)) throw wrong('a manifest is an object: {"devices": [...]}');
  const isSolo5 = value['type'] === 'solo5.manifest';
  if (isSolo5 && value['version'] !== 1) throw wrong(`version ${JSON.stringify(value['version'])} of Solo5's manifest is not known; 1 is`);
  checkKeys(value, isSolo5 ? ['type', 'version', 'devices'] : ['devices'], 'the manifest');
  const { devices } = value;
  if (!Array.isArray(devices)) throw wrong('"devices" must be a list');
  if (devices.length > DEVICES_MAX) throw wrong(`${devices.length} devices; at most ${DEVICES_MAX} can be declared`);
  const parsed = devices.map((device: unknown, i) => parseDevice(device, i, isSolo5));
  checkNames(parsed);
  return parsed;
}

function parseDevice(value: unknown, index: number, isSolo5: boolean): DeclaredDevice {
  if (!isObject(value)) throw wrong(`device ${index + 1} is not an object: {"name": ..., "type": ...}`);
  const { name } = value;
  if (typeof name !== 'string' || !NAME_PATTERN.test(name)) {
    throw wrong(`device ${index + 1}: the name ${JSON.stringify(name)} is not 1 to 67 letters, digits, '-', '_' or '.'`);
  }
  const types = isSolo5 ? SOLO5_TYPES : { net: 'net', block: 'block' } as const;
  const given = String(value['type']);
  const type = Object.hasOwn(types, given) ? (types as Record<string, DeviceType>)[given]! : undefined;
  if (type === undefined) throw wrong(`device '${name}': the type ${JSON.stringify(value['type'])} is not ${Object.keys(types).join(' or ')}`);
  checkKeys(value, ['name', 'type', ...(isSolo5 ? [] : OPTIONS[type])], `device '${name}'`);
  return { name, type, ...parseOptions(name, value) };
}

function parseOptions(name: string, value: Record<string, unknown>): Partial<DeclaredDevice> {
  const { readonly, mac, mtu } = value;
  if (readonly !== undefined && typeof readonly !== 'boolean') throw wrong(`device '${name}': "readonly" must be true or false`);
  if (mac !== undefined && (typeof mac !== 'string' || !isMac(mac))) throw wrong(`device '${name}': "mac" must be an address of one station, like "52:54:00:12:34:56"`);
  if (mtu !== undefined && !isMtu(mtu)) throw wrong(`device '${name}': "mtu" must be a number from ${MTU_LEAST} to ${MTU_MOST}`);
  return { ...(readonly === undefined ? {} : { readonly }), ...(mac === undefined ? {} : { mac }), ...(mtu === undefined ? {} : { mtu }) };
}

/** Six bytes that name one station: not a group (bit 0 of the first), not nobody. */
export function isMac(text: string): boolean {
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text) && (parseInt(text.slice(0, 2), 16) & 1) === 0 && !/^[0:]*$/.test(text);
}

export function isMtu(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= MTU_LEAST && (value as number) <= MTU_MOST;
}

/** Names are unique, and what a disk can say of its name is, too. */
function checkNames(devices: readonly DeclaredDevice[]): void {
  const seen = new Set<string>();
  for (const { name } of devices) {
    if (seen.has(name)) throw wrong(`two devices have the name '${name}'`);
    seen.add(name);
  }
  const serials = new Map<string, string>();
  for (const { name } of devices.filter(({ type }) => type === 'block')) {
    const other = serials.get(serialOf(name));
    if (other !== undefined) throw wrong(`the disks '${other}' and '${name}' have the same first ${SERIAL_BYTES} characters; a virtio disk says no more of its name`);
    serials.set(serialOf(name), name);
  }
}

/** What a disk with this name answers when it is asked for its serial. */
export function serialOf(name: string): string {
  return name.slice(0, SERIAL_BYTES);
}

function checkKeys(value: Record<string, unknown>, known: readonly string[], what: string): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    throw wrong(`${what} has the key ${JSON.stringify(key)}, which is not one of ${known.join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(message: string): AsoloError {
  return new AsoloError('manifest', message);
}

/** What an application without a manifest is told when it imports what needs one. */
export function missingManifestNotice(application: string, imports: readonly { name: string }[]): string | undefined {
  const call = imports.find(({ name }) => /^solo5_(net|block)_acquire$/.test(name))?.name;
  return call && `${basename(application)} imports ${call}, and no ${MANIFEST_NAME} beside it declares devices: it will be given none`;
}

/** ELF note types of owner "Asolo". */
const NOTE_DEVICES = 1;
const TYPE_NUMBERS: Readonly<Record<DeviceType, number>> = { net: 1, block: 2 };
const NAME_BYTES = 68;

/**
 * The declared devices as an ELF note: u32 count, then for each u32 type and its name in 68 bytes. It follows the PVH
 * note in the same segment, aligned to 4 like it: a larger alignment would change where loaders look.
 */
export function devicesSource(devices: readonly DeclaredDevice[]): string {
  const bytes = 4 + devices.length * (4 + NAME_BYTES);
  return [
    '.section .note.asolo, "a", @note', '.balign 4', `  .long 6, ${bytes}, ${NOTE_DEVICES}`, '  .asciz "Asolo"', '  .balign 4',
    '.globl asolo_devices', 'asolo_devices:', `  .long ${devices.length}`,
    ...devices.map(({ name, type }) => `  .long ${TYPE_NUMBERS[type]}\n  .ascii "${name}"\n  .zero ${NAME_BYTES - name.length}`),
    '.section .note.GNU-stack, "", @progbits', '',
  ].join('\n');
}
