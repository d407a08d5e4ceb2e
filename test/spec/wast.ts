// A .wast file as commands: modules, actions, assertions. Values become bits and masks here, so that nothing after this
// needs to know types: a result is right if (bits & mask) is what was expected.
// Read first: sexpr.ts, literals.ts. The script format: spec/interpreter/README.md of the WebAssembly specification.
import { floatBits, integerBits } from './literals.ts';
import { type List, type Node, head, parse } from './sexpr.ts';

export interface ModuleSource {
  kind: 'text' | 'binary' | 'quote';
  bytes: Uint8Array;
  name?: string;
  line: number;
}

/** 128 bits in two halves, low first. References: null is 0, funcref and exnref else 1, externref n is n + 1. */
export interface Value {
  low: bigint;
  high: bigint;
}

export interface Expected extends Value {
  maskLow: bigint;
  maskHigh: bigint;
}

export interface Action {
  kind: 'invoke' | 'get';
  /** $name of a module; absent: the latest one. */
  module?: string;
  field: string;
  values: Value[];
}

export type Command =
  | { type: 'module'; line: number; source: ModuleSource }
  | { type: 'register'; line: number; as: string; module?: string }
  | { type: 'action'; line: number; action: Action }
  | { type: 'return'; line: number; action: Action; expected: Expected[] }
  | { type: 'trap' | 'exhaustion' | 'exception'; line: number; action: Action; message: string }
  | { type: 'uninstantiable'; line: number; source: ModuleSource; message: string }
  | { type: 'malformed' | 'invalid' | 'unlinkable'; line: number; source: ModuleSource; message: string };

const ALL = (1n << 64n) - 1n;
const LANES: Readonly<Record<string, number>> = { i8x16: 8, i16x8: 16, i32x4: 32, i64x2: 64, f32x4: 32, f64x2: 64 };
const COMMANDS = /^(module|register|invoke|get|assert_\w+)$/;

export function readWast(bytes: Uint8Array): Command[] {
  const source = Buffer.from(bytes).toString('latin1');
  const nodes = parse(source);
  // A file may be the fields of one module, with no (module) around them.
  if (nodes.length === 0 || !COMMANDS.test(head(nodes[0]))) return [{ type: 'module', line: 1, source: { kind: 'text', bytes, line: 1 } }];
  return nodes.map((node) => command(node as List, bytes));
}

function command(node: List, bytes: Uint8Array): Command {
  const { line, items } = node;
  const operand = items[1] as List;
  switch (head(node)) {
    case 'module':
      return { type: 'module', line, source: moduleSource(node, bytes) };
    case 'register':
      return { type: 'register', line, as: text(items[1]), ...named(items[2]) };
    case 'invoke':
    case 'get':
      return { type: 'action', line, action: action(node) };
    case 'assert_return':
      return { type: 'return', line, action: action(operand), expected: items.slice(2).map((item) => expected(item as List)) };
    case 'assert_trap':
      if (head(operand) === 'module') return { type: 'uninstantiable', line, source: moduleSource(operand, bytes), message: text(items[2]) };
      return { type: 'trap', line, action: action(operand), message: text(items[2]) };
    case 'assert_exhaustion':
      return { type: 'exhaustion', line, action: action(operand), message: text(items[2]) };
    case 'assert_exception':
      return { type: 'exception', line, action: action(operand), message: '' };
    case 'assert_malformed':
    case 'assert_invalid':
    case 'assert_unlinkable':
      return { type: head(node).slice(7) as 'malformed', line, source: moduleSource(operand, bytes), message: text(items[2]) };
    default:
      throw new Error(`line ${line}: unknown command '${head(node)}'`);
  }
}

function text(node: Node | undefined): string {
  if (node?.kind !== 'string') throw new Error(`line ${node?.line ?? 0}: a string is expected`);
  return node.bytes;
}

function named(node: Node | undefined): { module?: string } {
  return node?.kind === 'atom' && node.text.startsWith('$') ? { module: node.text } : {};
}

function moduleSource(node: List, bytes: Uint8Array): ModuleSource {
  const { line } = node;
  const { module: name } = named(node.items[1]);
  const at = name === undefined ? 1 : 2;
  const word = node.items[at]?.kind === 'atom' ? (node.items[at] as { text: string }).text : '';
  const given = name === undefined ? {} : { name };
  if (word !== 'binary' && word !== 'quote') return { kind: 'text', bytes: bytes.subarray(node.start, node.end), line, ...given };
  // Strings of a quoted module are lines apart, as tokens must not run into each other.
  const strings = node.items.slice(at + 1).map(text).join(word === 'quote' ? ' ' : '');
  return { kind: word, bytes: Buffer.from(strings, 'latin1'), line, ...given };
}

function action(node: List): Action {
  const kind = head(node);
  if (kind !== 'invoke' && kind !== 'get') throw new Error(`line ${node.line}: unknown action '${kind}'`);
  const module = named(node.items[1]);
  const at = module.module === undefined ? 1 : 2;
  return { kind, ...module, field: text(node.items[at]), values: node.items.slice(at + 1).map((item) => expected(item as List)) };
}

/** A constant, or a pattern for a result. As an argument a constant's mask is not used. */
function expected(node: List): Expected {
  const words = node.items.slice(1).map((item) => (item as { text: string }).text);
  const [word = ''] = words;
  switch (head(node)) {
    case 'i32.const':
      return scalar(integerBits(word, 32));
    case 'i64.const':
      return scalar(integerBits(word, 64));
    case 'f32.const':
      return scalar(...float(word, 'f32'));
    case 'f64.const':
      return scalar(...float(word, 'f64'));
    case 'v128.const':
      return vector(word, words.slice(1));
    case 'ref.null':
      return scalar(0n);
    case 'ref.func':
    case 'ref.exn':
      return scalar(1n);
    case 'ref.extern':
    case 'ref.host':
      return word === '' ? scalar(0n, 0n) : scalar(integerBits(word, 64) + 1n);
    default:
      throw new Error(`line ${node.line}: unknown constant '${head(node)}'`);
  }
}

function scalar(low: bigint, mask = ALL): Expected {
  return { low: low & mask, high: 0n, maskLow: mask, maskHigh: ALL };
}

/** Bits and mask. A canonical NaN may have any sign, an arithmetic one also any payload with its highest bit set (§2.4.3 of the script format). */
function float(word: string, type: 'f32' | 'f64'): [bigint, bigint] {
  const bits = type === 'f32' ? 32 : 64;
  const quiet = floatBits('nan', type);
  if (word === 'nan:canonical') return [quiet, ALL >> BigInt(64 - bits + 1)];
  if (word === 'nan:arithmetic') return [quiet, quiet];
  return [floatBits(word, type), ALL >> BigInt(64 - bits)];
}

function vector(shape: string, words: readonly string[]): Expected {
  const bits = LANES[shape]!;
  let value = 0n;
  let mask = 0n;
  words.forEach((word, lane) => {
    const type = shape.startsWith('f32') ? 'f32' : 'f64';
    const [laneBits, laneMask] = shape.startsWith('f') ? float(word, type) : [integerBits(word, bits), (1n << BigInt(bits)) - 1n];
    value |= laneBits << BigInt(lane * bits);
    mask |= laneMask << BigInt(lane * bits);
  });
  return { low: value & mask & ALL, high: (value & mask) >> 64n, maskLow: mask & ALL, maskHigh: mask >> 64n };
}
