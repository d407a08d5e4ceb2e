// What the kernel offers to applications, read from its exports, and the check of an application's imports against it.
import { AsoloError } from '../errors.ts';
import { nearest } from '../suggest.ts';
import type { Import, Signature, WasmModule } from '../wasm/module.ts';
import { formatSignature, sameSignature } from '../wasm/signature.ts';

/** Prefix of a kernel export -> the import module it serves, and whether the prefix is a part of the name there. */
export const OFFERED_MODULES: readonly { prefix: string; module: string; keepsPrefix?: boolean }[] = [
  { prefix: 'wasi_', module: 'wasi_snapshot_preview1' },
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

/** 'module.name' -> offer */
export type Offers = Map<string, Offer>;

export function readOffers(kernel: WasmModule): Offers {
  const offers: Offers = new Map();
  for (const { name, signature } of kernel.exports) {
    for (const { prefix, module, keepsPrefix } of OFFERED_MODULES) {
      if (name.startsWith(prefix) && signature) offers.set(`${module}.${keepsPrefix ? name : name.slice(prefix.length)}`, { kernelExport: name, signature });
    }
  }
  return offers;
}

/** Throws for the first import that nobody serves. */
export function checkImports(imports: readonly Import[], offers: Offers): void {
  for (const item of imports) {
    if (item.kind !== 'function') {
      throw new AsoloError('import-kind', `the module imports a ${item.kind} ('${item.module}.${item.name}'); asolo offers functions only${item.kind === 'memory' ? ': let the module define and export its memory' : ''}`);
    }
    const offer = offers.get(`${item.module}.${item.name}`);
    if (!offer) throw unknownImport(item, offers);
    if (!sameSignature(offer.signature, item.signature!)) {
      throw new AsoloError('import-signature', `import '${item.module}.${item.name}' is declared as ${formatSignature(item.signature!)} but asolo offers ${formatSignature(offer.signature)}`);
    }
  }
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
