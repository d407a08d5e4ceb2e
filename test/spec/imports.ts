// Import section of a Wasm binary: gives each import the C name of the module instance that serves it, so that any
// number of modules that registered under one name, in any number of files, can be linked into one image.
// WebAssembly core specification 2.0, §5.5.5 (import section).
import { Cursor } from '../../scripts/wasm/cursor.ts';
import { unsignedLeb } from '../../scripts/wasm/leb.ts';

const IMPORT_SECTION = 2;

/** The binary with every import's module name replaced; `rename` throws for a module that is not there. */
export function renameImports(bytes: Uint8Array, rename: (module: string) => string): Uint8Array {
  const parts: Uint8Array[] = [bytes.subarray(0, 8)];
  const cursor = new Cursor(bytes, 8);
  while (!cursor.atEnd) {
    const start = cursor.offset;
    const id = cursor.byte();
    const section = cursor.range(cursor.length());
    if (id !== IMPORT_SECTION) parts.push(bytes.subarray(start, section.end));
    else {
      const body = Buffer.concat(renamed(section, rename));
      parts.push(Uint8Array.of(id), leb(body.length), body);
    }
  }
  return Buffer.concat(parts);
}

function renamed(section: Cursor, rename: (module: string) => string): Uint8Array[] {
  const count = section.unsigned();
  const parts = [leb(count)];
  for (let i = 0; i < count; i++) {
    const module = Buffer.from(rename(section.name()), 'utf8');
    const rest = section.offset;
    section.name();
    skipDescription(section);
    parts.push(leb(module.length), module, section.bytes.subarray(rest, section.offset));
  }
  return parts;
}

/** Kinds: 0 function, 1 table, 2 memory, 3 global, 4 tag. */
function skipDescription(section: Cursor): void {
  const kind = section.byte();
  if (kind === 0) section.unsigned();
  else if (kind === 1) {
    section.byte();
    skipLimits(section);
  } else if (kind === 2) skipLimits(section);
  else if (kind === 3) section.skip(2);
  else {
    section.byte();
    section.unsigned();
  }
}

function skipLimits(section: Cursor): void {
  const flags = section.byte();
  section.unsigned();
  if (flags & 1) section.unsigned();
  if (flags & 8) section.unsigned();
}

const leb = (value: number): Uint8Array => Uint8Array.from(unsignedLeb(value));
