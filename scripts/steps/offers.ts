// What the kernel offers to applications, read from its exports, and the check of an application's imports against it.
import { AsoloError } from '../errors.ts';
import { nearest } from '../suggest.ts';
import type { Import, Signature, WasmModule } from '../wasm/module.ts';
import { formatSignature, sameSignature } from '../wasm/signature.ts';

/**
 * Prefix of a kernel export -> the import module it serves, whether the prefix is a part of the name there, and what ends it. Several may
 * serve one module: dialects of it, of which the first that has the import's name with the import's types is meant.
 */
export const OFFERED_MODULES: readonly { prefix: string; module: string; keepsPrefix?: boolean; suffix?: string }[] = [
  { prefix: 'wasi_', module: 'wasi_snapshot_preview1' },
  // Socket calls that preview 1 does not have: WAMR's lib-socket.
  { prefix: 'wamr_', module: 'wasi_snapshot_preview1' },
  // WasmEdge's, since its 0.12 under a second name, too; and what has one name only.
  { prefix: 'wasmedge_', module: 'wasi_snapshot_preview1' },
  { prefix: 'wasmedge_', module: 'wasi_snapshot_preview1', suffix: '_v2' },
  { prefix: 'wasmedge1_', module: 'wasi_snapshot_preview1' },
  { prefix: 'solo5_', module: 'solo5', keepsPrefix: true },
  // Where a C compiler puts what a header without import attributes declares: Solo5's own, for one.
  { prefix: 'solo5_', module: 'env', keepsPrefix: true },
  { prefix: 'asolo_', module: 'asolo' },
];

/** Older and other names that people meet: said in the error, so that they know what to do. */
const KNOWN_MODULES: Readonly<Record<string, string>> = {
  wasi_unstable: 'that is WASI preview 0; build for preview 1 (wasi_snapshot_preview1)',
  wasi: 'wasi-threads is not supported: the application runs on one CPU',
  env: 'a function that was declared but not linked in',
  __wbindgen_placeholder__: 'that is wasm-bindgen, for browsers; build for wasm32-wasip1',
  gojs: 'that is Go for browsers; build with GOOS=wasip1',
  go: 'that is Go for browsers; build with GOOS=wasip1',
};

export interface Offer {
  /** Name of the kernel's export. */
  kernelExport: string;
  signature: Signature;
}

/** 'module.name' -> what is offered under that name, in the order of the table. */
export type Offers = Map<string, readonly Offer[]>;

export function readOffers(kernel: WasmModule): Offers {
  const offers = new Map<string, Offer[]>();
  for (const { prefix, module, keepsPrefix, suffix = '' } of OFFERED_MODULES) {
    for (const { name, signature } of kernel.exports) {
      if (!name.startsWith(prefix) || !signature) continue;
      const key = `${module}.${keepsPrefix ? name : name.slice(prefix.length)}${suffix}`;
      offers.set(key, [...offers.get(key) ?? [], { kernelExport: name, signature }]);
    }
  }
  return offers;
}

/** The offer that an import means: of its name, and of its types. */
export function offerFor({ module, name, signature }: Import, offers: Offers): Offer | undefined {
  return offers.get(`${module}.${name}`)?.find((offer) => sameSignature(offer.signature, signature!));
}

/** Throws for the first import that nobody serves. */
export function checkImports(imports: readonly Import[], offers: Offers): void {
  for (const item of imports) {
    if (item.kind !== 'function') {
      throw new AsoloError('import-kind', `the module imports a ${item.kind} ('${item.module}.${item.name}'); asolo offers functions only${item.kind === 'memory' ? ': let the module define and export its memory' : ''}`);
    }
    const other = imports.find(({ module, name, signature }) => module === item.module && name === item.name && signature && !sameSignature(signature, item.signature!));
    if (other) throw new AsoloError('import-signature', `import '${item.module}.${item.name}' is declared twice, as ${formatSignature(item.signature!)} and as ${formatSignature(other.signature!)}: it belongs to one dialect only`);
    if (offerFor(item, offers)) continue;
    const named = offers.get(`${item.module}.${item.name}`);
    if (!named) throw unknownSocketCalls(imports, offers) ?? unknownImport(item, offers);
    throw new AsoloError('import-signature', `import '${item.module}.${item.name}' is declared as ${formatSignature(item.signature!)} but asolo offers ${named.map(({ signature }) => formatSignature(signature)).join(' or ')}`);
  }
}

/** Of a dialect that is not there a program wants many calls: all are named at once. */
function unknownSocketCalls(imports: readonly Import[], offers: Offers): AsoloError | undefined {
  const calls = imports.filter(({ module, name }) => module === 'wasi_snapshot_preview1' && name.startsWith('sock_') && !offers.has(`${module}.${name}`));
  if (calls.length < 2) return undefined;
  const dialects = "preview 1's, WAMR's and WasmEdge's (docs/network.md)";
  return new AsoloError('import-unknown', `nobody offers the socket calls ${calls.map(({ name }) => `'${name}'`).join(', ')} of wasi_snapshot_preview1; those that there are: ${dialects}`);
}

function unknownImport(item: Import, offers: Offers): AsoloError {
  const wanted = `${item.module}.${item.name}`;
  const modules = new Set([...offers.keys()].map((key) => key.slice(0, key.indexOf('.'))));
  // Whatever else comes from there was not linked in.
  modules.delete('env');
  let hint = '';
  if (modules.has(item.module)) {
    const inModule = [...offers.keys()].filter((key) => key.startsWith(`${item.module}.`)).map((key) => key.slice(item.module.length + 1));
    const near = nearest(item.name, inModule);
    if (near) hint = `; the nearest is '${item.module}.${near}'`;
  } else if (KNOWN_MODULES[item.module]) {
    hint = ` (${KNOWN_MODULES[item.module]})`;
  }
  if (!hint) {
    const near = nearest(wanted, offers.keys()) ?? [...offers.keys()].find((key) => key.endsWith(`.${item.name}`));
    hint = near ? `; the nearest is '${near}'` : `; offered modules: ${[...modules].join(', ')}`;
  }
  return new AsoloError('import-unknown', `nobody offers the import '${wanted}' ${formatSignature(item.signature!)}${hint}`);
}
