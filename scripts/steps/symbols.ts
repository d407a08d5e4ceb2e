// The image's own table of function names, for backtraces: reads a linked image's symbols, turns C names back into
// Wasm names, and writes the table as assembly. shim/symbols.c reads it: u32 count, then {u32 offset of the function
// from asolo_image_start, u32 offset of its name from the table}, sorted, then the names. Behind it asolo_frames: u32
// count, u32 offsets of ranges of code, u16 eighths of the bytes from RSP to the caller's frame there.
import { type Elf, STT_FUNC, STT_NOTYPE } from '../elf/reader.ts';
import { frameRows } from '../elf/unwind.ts';
import { AsoloError } from '../errors.ts';
import { rustName } from './rust-names.ts';

export interface FunctionSymbol {
  /** From asolo_image_start. */
  offset: number;
  name: string;
}

/** A C++ or Rust name can be kilobytes long. */
const NAME_LIMIT = 120;

/** '0x2F' -> '/': undoes wasm2c's escapes. */
export function unescapeName(name: string): string {
  const bytes = name.replace(/0x([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** What a C symbol is called in backtraces; `known` holds the Wasm function names of both modules. */
export function displayName(symbol: string, known: ReadonlySet<string>): string {
  // gcc's and clang's copies of functions: f.constprop.0, f.part.1, f.cold
  const base = symbol.replace(/(\.(constprop|part|isra|cold|lto_priv|llvm)(\.\d+)*)+$/, '');
  const own = /^(?:wrap_)?w2c_(?:app|kernel)_(.+)$/.exec(base);
  if (own) {
    const name = unescapeName(own[1]!);
    // wasm2c adds _0, _1, ... to a name that an export has taken already.
    const shorter = name.replace(/_\d+$/, '');
    const wasmName = !known.has(name) && known.has(shorter) ? shorter : name;
    return cut(rustName(wasmName) ?? kernelName(wasmName));
  }
  const imported = /^w2c_((?:[^_]|__)+)_(?!_)(.+)$/.exec(base);
  if (imported) return cut(`${unescapeName(imported[1]!.replaceAll('__', '_'))}.${unescapeName(imported[2]!)}`);
  return cut(base);
}

/** asc calls a function by its path from the top; file and function are enough to find it, and a kilobyte less. */
function kernelName(name: string): string {
  return name.startsWith('assembly/') ? name.split('/').slice(-2).join('/') : name;
}

function cut(name: string): string {
  return name.length > NAME_LIMIT ? `${name.slice(0, NAME_LIMIT - 1)}…` : name;
}

/** A range of code with frames of one size. */
export interface FrameRange {
  /** From asolo_image_start. */
  offset: number;
  /** From RSP to where the caller's frame begins; 0: unknown. */
  bytes: number;
}

/** What backtraces need of an image. */
export interface ImageTables {
  functions: FunctionSymbol[];
  frames: FrameRange[];
}

export function imageTables(elf: Elf, known: ReadonlySet<string>): ImageTables {
  const start = imageStart(elf);
  const frames = frameRows(elf).map((row) => ({ offset: Number(row.start - start), bytes: row.bytes }));
  return { functions: functionSymbols(elf, known), frames: frames.filter(({ bytes }) => bytes < 8 * 0xffff) };
}

function imageStart(elf: Elf): bigint {
  const start = elf.symbols.find(({ name }) => name === 'asolo_image_start')?.value;
  if (start === undefined) throw new AsoloError('link', 'the image has no symbol asolo_image_start');
  return start;
}

/** Functions of the image by address; one name an address, the longest-known one. */
export function functionSymbols(elf: Elf, known: ReadonlySet<string>): FunctionSymbol[] {
  const start = imageStart(elf);
  const byOffset = new Map<number, string>();
  for (const { name, value, type, global, section } of elf.symbols) {
    const code = section === '.text' && (type === STT_FUNC || (type === STT_NOTYPE && global));
    if (!code || name === '' || /^asolo_text_(start|end)$/.test(name)) continue;
    const offset = Number(value - start);
    const before = byOffset.get(offset);
    // Two names for one address (identical aliases): the smaller one, so that the choice never changes.
    if (before === undefined || name < before) byOffset.set(offset, name);
  }
  return [...byOffset].sort(([a], [b]) => a - b).map(([offset, name]) => ({ offset, name: displayName(name, known) }));
}

/** Both tables as assembly text. */
export function symbolTableSource({ functions: symbols, frames }: ImageTables): string {
  const names = new Map<string, number>();
  let at = 4 + symbols.length * 8;
  const text: string[] = [];
  const entries = symbols.map(({ offset, name }) => {
    let position = names.get(name);
    if (position === undefined) {
      position = at;
      names.set(name, at);
      at += Buffer.byteLength(name) + 1;
      text.push(`  .asciz ${quoteForAssembler(name)}`);
    }
    return `  .long ${offset}, ${position}`;
  });
  const lines = ['.section .symbols, "a"', '.balign 4', '.globl asolo_symbols', 'asolo_symbols:', `  .long ${symbols.length}`, ...entries, ...text];
  lines.push('.balign 4', '.globl asolo_frames', 'asolo_frames:', `  .long ${frames.length}`);
  lines.push(...frames.map(({ offset }) => `  .long ${offset}`), ...frames.map(({ bytes }) => `  .short ${bytes / 8}`), '');
  return lines.join('\n');
}

/** The archive's name in the work directory. */
export const FILES_ARCHIVE = 'files.tar';

/** The archive of files: u32 bytes, three times 0; then the archive. shim/asolo.h has the same. */
export function filesSource(files: { archive: Uint8Array } | undefined): string {
  const numbers = [files?.archive.length ?? 0, 0, 0, 0];
  const lines = ['.section .files, "a"', '.balign 16', '.globl asolo_files', 'asolo_files:', `  .long ${numbers.join(', ')}`];
  return [...lines, ...(files ? [`  .incbin "${FILES_ARCHIVE}"`] : []), ''].join('\n');
}

/** The words given at build time: u32 length, then the bytes. */
export function wordsSource(words: string): string {
  return ['.section .words, "a"', '.balign 4', '.globl asolo_words', 'asolo_words:', `  .long ${Buffer.byteLength(words)}`, `  .ascii ${quoteForAssembler(words)}`, ''].join('\n');
}

function quoteForAssembler(text: string): string {
  const bytes = [...Buffer.from(text)];
  return `"${bytes.map((byte) => (byte >= 32 && byte < 127 && byte !== 34 && byte !== 92 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`)).join('')}"`;
}
