// What the driver needs of a module is read from the header that wasm2c wrote: C names of exports, their C types, what
// instantiate takes. Nothing is mangled here. Exports stand in the header in the order of the binary.

export interface CFunction {
  name: string;
  /** C types, the instance left out: u32 u64 f32 f64 v128 wasm_rt_funcref_t … */
  parameters: string[];
  /** Fields of the result, one for a single value: the field's name is '' then. */
  results: { type: string; field: string }[];
  /** The C type it returns. */
  returns: string;
}

export interface Header {
  functions: Map<string, CFunction>;
  /** C function that returns a pointer, and the type it points to. */
  globals: Map<string, { name: string; type: string }>;
  /** C names of the modules whose instances it takes. */
  takes: string[];
}

const DECLARATION = /^(?:extern )?((?:struct )?\w+)(\*?) (\w+)\(([^()]*)\);/;

export function readHeader(text: string, module: string, exports: readonly { name: string; kind: string }[]): Header {
  const header: Header = { functions: new Map(), globals: new Map(), takes: [] };
  const declarations = text.split(/\/\* export: '/).slice(1).map((part) => part.slice(part.indexOf(' */\n') + 4));
  if (declarations.length !== exports.length) throw new Error(`${module}.h declares ${declarations.length} exports, the module has ${exports.length}`);
  exports.forEach(({ name, kind }, i) => {
    if (kind !== 'function' && kind !== 'global') return;
    const match = DECLARATION.exec(declarations[i]!);
    if (!match) throw new Error(`${module}.h: no declaration for export ${i}`);
    const [, type, , cName, parameters] = match as unknown as [string, string, string, string, string];
    if (kind === 'global') header.globals.set(name, { name: cName, type });
    else {
      const types = parameters.split(', ').slice(1);
      header.functions.set(name, { name: cName, parameters: types, returns: type, results: resultsOf(text, type) });
    }
  });
  const instantiate = new RegExp(`^void wasm2c_${module}_instantiate\\(([^()]*)\\);`, 'm').exec(text);
  if (!instantiate) throw new Error(`${module}.h does not declare its instantiation`);
  header.takes = [...instantiate[1]!.matchAll(/struct w2c_(\w+)\*/g)].map((match) => match[1]!);
  return header;
}

function resultsOf(text: string, type: string): CFunction['results'] {
  if (type === 'void') return [];
  if (!type.startsWith('struct ')) return [{ type, field: '' }];
  const at = text.indexOf(`${type} {`);
  const body = text.slice(text.indexOf('{', at) + 1, text.indexOf('}', at));
  return [...body.matchAll(/(\w+) (\w+);/g)].map(([, fieldType, field]) => ({ type: fieldType!, field: `.${field!}` }));
}
