// The whole build: application and kernel through wasm2c and the C compiler to one image. Reads as a list of steps.
// Every step's result is in the cache; the image itself too, under a key that is found without running any tool.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Cache, keyOf, sha256 } from '../cache.ts';
import { type Cpu, applicationFlags, kernelFlags } from '../flags.ts';
import type { Progress } from '../log.ts';
import { BOOT, ROOT, SHIM, packageVersion } from '../paths.ts';
import { type Compiler, compilerWords, findCompiler, fingerprint, versionOf } from '../toolchain.ts';
import { initialPages, maximumPages, memoryTables } from '../wasm/memories.ts';
import { readModule, type WasmModule } from '../wasm/module.ts';
import { tableBytes } from '../wasm/tables.ts';
import { checkHasStack, listenerWords } from '../network-words.ts';
import { joinWords } from '../words.ts';
import { writeBindings } from './bindings.ts';
import { compileAssembly, hashSources, kernelKey, listSources } from './compile-assembly.ts';
import { applicationTasks, compile, compileAll, headerHash, kernelTasks, ownTasks } from './compile-c.ts';
import { type DeclaredDevice, findDeclared, missingManifestNotice } from './device-manifest.ts';
import { type Features, callThatOpensSockets, checkSocketsHaveDevices, featuresFor } from './kernel-features.ts';
import { finishImage, link, type Linked } from './link.ts';
import { MANIFEST_VERSION, type Manifest, loadedBytes } from './manifest.ts';
import { type Offers, offerFor, readOffers } from './offers.ts';
import { optimizeWasm } from './optimize-wasm.ts';
import { type Directory, type PackedFiles, packFiles } from './pack-files.ts';
import { APPLICATION_BASE, EACH_BASE, KERNEL_BASE } from './patch-c.ts';
import { optimizeLevel } from './plan.ts';
import { type Application, checkApplicationImports, readApplication, readBytes, withPath } from './read-application.ts';
import { FILES_ARCHIVE } from './symbols.ts';
import { type Translation, keepTranslation, wasmToC } from './wasm-to-c.ts';

export interface BuildOptions {
  env: readonly string[];
  /** Words about the network: ../network-words.ts. */
  network: readonly string[];
  /** Without it the module's size decides (plan.ts). */
  optimize?: number;
  fast: boolean;
  cpu: Cpu;
  stackBytes: number;
  directories: readonly Directory[];
  /** --manifest; without it asolo.json beside the application. */
  manifest?: string;
}

export interface Built {
  /** In the cache; copy it, do not hand it out. */
  image: string;
  manifest: Manifest;
  fromCache: boolean;
  /** What --keep copies; absent when the whole image came from the cache. */
  intermediate?: { kernelWasm: string; applicationWasm: string; kernel: Translation; application: Translation; linked: Linked; bindings: string };
}

export const DEFAULT_STACK = 512 * 1024;

/** Everything that decides the image's bytes, found without running a tool. */
function imageKey(bytes: Uint8Array, name: string, options: BuildOptions, files: PackedFiles | undefined, declared: readonly DeclaredDevice[] | undefined): string {
  return keyOf(
    'image', sha256(bytes), name, kernelKey(),
    hashSources([...listSources(BOOT, /./), ...listSources(SHIM, /./), ...listSources(join(ROOT, 'scripts'), /\.(ts|cjs)$/)]),
    packageVersion('wabt'), packageVersion('binaryen'), compilerWords(), fingerprint(compilerWords()[0]!), fingerprint('ld'),
    options.env, options.network, options.optimize ?? 'by size', options.fast, options.cpu, options.stackBytes,
    files ? sha256(files.archive) : 'no files', declared ? JSON.stringify(declared) : 'no manifest',
  );
}

/** Builds the image of an application. `fresh` looks at every step even if the image is in the cache (--keep). */
export async function buildImage(cache: Cache, path: string, options: BuildOptions, progress: Progress, fresh = false): Promise<Built> {
  const bytes = readBytes(path);
  const name = basename(path);
  const files = await packFiles(options.directories);
  const declared = findDeclared(path, options.manifest);
  const key = imageKey(bytes, name, options, files, declared);
  const cached = fresh ? undefined : cache.find('images', key);
  if (cached) return { image: join(cached, 'app.elf'), manifest: manifestIn(cached), fromCache: true };

  const application = readApplication(path, bytes);
  const features = featuresFor(application.module.imports, declared);
  checkSocketsHaveDevices(application.module.imports, declared);
  checkHasStack(options.network, features.sockets, name);
  const notice = declared ? undefined : missingManifestNotice(path, application.module.imports);
  if (notice) progress.say(notice);
  progress.step('kernel: asc');
  const kernelWasm = await compileAssembly(cache, features);
  const kernelModule = readModule(readBytes(kernelWasm));
  const offers = readOffers(kernelModule);
  checkApplicationImports(application, offers);
  const built: { intermediate?: Built['intermediate'] } = {};
  const produce = async (work: string): Promise<void> => {
    built.intermediate = await produceImage(cache, work, { application, kernelModule, kernelWasm, offers, options, files, features, declared, progress });
  };
  if (!fresh) {
    const directory = await cache.entry('images', key, produce);
    return { image: join(directory, 'app.elf'), manifest: manifestIn(directory), fromCache: false };
  }
  const work = cache.makeScratch();
  await produce(work);
  return { image: join(work, 'app.elf'), manifest: manifestIn(work), fromCache: false, ...(built.intermediate ? { intermediate: built.intermediate } : {}) };
}

function manifestIn(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as Manifest;
}

interface Work {
  application: Application;
  kernelModule: WasmModule;
  kernelWasm: string;
  offers: Offers;
  options: BuildOptions;
  files: PackedFiles | undefined;
  features: Features;
  declared: DeclaredDevice[] | undefined;
  progress: Progress;
}

async function produceImage(cache: Cache, work: string, inputs: Work): Promise<NonNullable<Built['intermediate']>> {
  const { application, kernelModule, kernelWasm, offers, options, files, features, declared, progress } = inputs;
  const compiler = await findCompiler();
  const { optimize, notice } = optimizeLevel(options.optimize, application.module.codeBytes);
  if (notice) progress.say(`${basename(application.path)}: ${notice}`);

  progress.step('application: wasm-opt');
  const applicationWasm = await optimizeWasm(cache, application, optimize);
  const module = readModule(readBytes(applicationWasm));
  progress.step('kernel: wasm2c');
  const kernel = await wasmToC(cache, kernelWasm, 'kernel', kernelModule.codeBytes, { base: KERNEL_BASE, fast: false });
  progress.step('application: wasm2c');
  const translated = await wasmToC(cache, applicationWasm, 'app', module.codeBytes, { base: module.memories.length > 1 ? EACH_BASE : APPLICATION_BASE, fast: options.fast }).catch((error: unknown) => {
    throw withPath(application.path, error);
  });

  const bindings = join(work, 'bindings.c');
  writeFileSync(bindings, writeBindings({
    applicationHeader: readFileSync(translated.header, 'utf8'),
    kernelHeader: readFileSync(kernel.header, 'utf8'),
    imports: module.imports,
    offers,
  }));
  const own = await compileAll(cache, compiler, [...ownTasks(kernel, options.cpu, compiler), ...kernelTasks(kernel, compiler)], progress, 'kernel: cc');
  const objects = await compileAll(cache, compiler, applicationTasks(translated, { optimize, cpu: options.cpu }, compiler), progress, 'application: cc');
  const bindingsObject = await compile(cache, compiler, {
    source: bindings,
    flags: applicationFlags({ optimize: 2, cpu: 'x86-64-v2' }, compiler),
    includes: [translated.directory, kernel.directory, join(SHIM, 'include'), SHIM],
    headers: keyOf(headerHash(), sha256(readBytes(translated.header)), sha256(readBytes(kernel.header))),
  });

  progress.step('link');
  // Without a network device, such an application still reaches itself.
  const loopback = callThatOpensSockets(module.imports) === undefined ? [] : ['loopback'];
  const words = joinWords([...loopback, ...listenerWords(application.module.producers, features.sockets), ...options.network, ...options.env.map((pair) => `env=${pair}`)], undefined);
  const sizes = { stackBytes: options.stackBytes, tableBytes: tableBytes(module) + tableBytes(kernelModule) };
  const linked = await link(cache, compiler, work, {
    objects: [...own, bindingsObject, ...objects],
    ...sizes,
    memoryTables: memoryTables(module.memories),
    cpu: options.cpu,
    words,
    files,
    devices: declared,
    names: new Set([...module.functionNames.values(), ...kernelModule.functionNames.values()]),
  });
  const manifest: Manifest = {
    manifest: MANIFEST_VERSION,
    asolo: asoloVersion(),
    application: { name: basename(application.path), sha256: sha256(application.bytes), bytes: application.bytes.length },
    kernel: { sha256: sha256(readBytes(kernelWasm)) },
    ...await origins(compiler),
    flags: { application: applicationFlags({ optimize, cpu: options.cpu }, compiler), kernel: kernelFlags(compiler) },
    options: { optimize, fast: options.fast, cpu: options.cpu },
    imports: application.module.imports.map((item) => ({ module: item.module, name: item.name, servedBy: offerFor(item, offers)!.kernelExport })),
    memory: {
      initialPages: initialPages(module.memories),
      maximumPages: maximumPages(module.memories),
      ...sizes,
      imageBytes: loadedBytes(linked.elf),
    },
    words,
    features,
    ...(declared ? { devices: declared } : {}),
    ...(files ? { files: { preopens: options.directories.map(({ guest }) => guest), entries: files.entries, files: files.files, bytes: files.bytes, sha256: sha256(files.archive) } } : {}),
  };
  await finishImage(work, linked.unstripped, `${JSON.stringify(manifest, null, 1)}\n`);
  return { kernelWasm, applicationWasm, kernel, application: translated, linked, bindings };
}

/** Hashes of our own sources, and the tools. */
async function origins(compiler: Compiler): Promise<Pick<Manifest, 'sources' | 'tools'>> {
  return {
    sources: { boot: keyOf(hashSources(listSources(BOOT, /./))), shim: keyOf(hashSources(listSources(SHIM, /./))) },
    tools: {
      cc: compiler.version, ld: await versionOf('ld'), asc: packageVersion('assemblyscript'),
      wasm2c: packageVersion('wabt'), 'wasm-opt': packageVersion('binaryen'),
    },
  };
}

export function asoloVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

/** Copies everything that went into an image into a directory, for a person to look at. */
export function keepBuild(built: Built, target: string): void {
  const { intermediate } = built;
  if (!intermediate) return;
  copyFileSync(intermediate.kernelWasm, join(target, 'kernel.wasm'));
  copyFileSync(intermediate.applicationWasm, join(target, 'app.wasm'));
  keepTranslation(intermediate.kernel, target);
  keepTranslation(intermediate.application, target);
  const archive = join(dirname(built.image), FILES_ARCHIVE);
  for (const file of [intermediate.bindings, intermediate.linked.unstripped, intermediate.linked.symbolsSource, intermediate.linked.wordsSource, built.image, ...(existsSync(archive) ? [archive] : [])]) {
    copyFileSync(file, join(target, basename(file)));
  }
  writeFileSync(join(target, 'manifest.json'), `${JSON.stringify(built.manifest, null, 1)}\n`);
}
