// The custom sections asolo looks at: function names and producers.
// Wasm core specification 2.0, appendix "Name Section"; tool conventions "Producers Section".
import type { Cursor } from './cursor.ts';

const FUNCTION_NAMES = 1;

/** Function index -> name. */
export function readFunctionNames(section: Cursor): Map<number, string> {
  const names = new Map<number, string>();
  while (!section.atEnd) {
    const id = section.byte();
    const part = section.range(section.length());
    if (id !== FUNCTION_NAMES) continue;
    const count = part.unsigned();
    for (let i = 0; i < count; i++) {
      const index = part.unsigned();
      names.set(index, part.name());
    }
  }
  return names;
}

/** 'language C11', 'processed-by clang 18.1.2', ... */
export function readProducers(section: Cursor): string[] {
  const producers: string[] = [];
  const fields = section.unsigned();
  for (let i = 0; i < fields; i++) {
    const field = section.name();
    const values = section.unsigned();
    for (let j = 0; j < values; j++) producers.push(`${field} ${section.name()} ${section.name()}`.trim());
  }
  return producers;
}
