// Which features an application's kernel has (assembly/base/features.ts): what it can reach through its imports, and no
// more, so that an image without devices stays small. There are few variants, each compiled once and cached.
import { AsoloError } from '../errors.ts';
import type { Import } from '../wasm/module.ts';
import type { DeclaredDevice } from './device-manifest.ts';

const NAMES = ['network', 'block', 'sockets', 'files', 'shares'] as const;

export type Features = Readonly<Record<(typeof NAMES)[number], boolean>>;

export const ALL_FEATURES: Features = { network: true, block: true, sockets: true, files: true, shares: true };

/** The features that an application with these imports can reach, and those that its manifest asks for. */
export function featuresFor(imports: readonly Pick<Import, 'name'>[], declared: readonly Pick<DeclaredDevice, 'type'>[] = []): Features {
  const reaches = (prefix: string): boolean => imports.some(({ name }) => name.startsWith(prefix));
  const declares = (wanted: string): boolean => declared.some(({ type }) => type === wanted);
  const sockets = reaches('sock_');
  const files = ['path_', 'fd_prestat_', 'fd_readdir'].some(reaches);
  // What cannot be opened need not be shared.
  const shares = reaches('path_');
  return { sockets, network: sockets || reaches('solo5_net_') || declares('net'), block: reaches('solo5_block_') || declares('block'), files, shares };
}

/** The name under which the application imports the call; undefined if its sockets are only those it is given. */
export function callThatOpensSockets(imports: readonly Pick<Import, 'name'>[]): string | undefined {
  return imports.find(({ name }) => name.startsWith('sock_open'))?.name;
}

/**
 * Network interfaces that a manifest declares are solo5_net_acquire's alone (assembly/sockets/start.ts): an application that
 * opens sockets would find no network, and is told now.
 */
export function checkSocketsHaveDevices(imports: readonly Pick<Import, 'name'>[], declared: readonly Pick<DeclaredDevice, 'name' | 'type'>[] = []): void {
  const call = callThatOpensSockets(imports);
  const nets = declared.filter(({ type }) => type === 'net').map(({ name }) => `'${name}'`);
  if (call === undefined || nets.length === 0) return;
  throw new AsoloError('manifest', `the application opens sockets ('${call}'), and its manifest declares ${nets.join(', ')} for solo5_net_acquire alone; sockets use interfaces that are not declared: leave ${nets.length === 1 ? 'it' : 'them'} out`);
}

/** Options of asc that leave the others out. */
export function leftOut(features: Features): string[] {
  return NAMES.filter((name) => !features[name]).flatMap((name) => ['--use', `without_${name}=assembly/base/features/LEFT_OUT`]);
}
