// Every instruction of 128-bit SIMD as one line of text around its operands (WebAssembly core specification 2.0, §4.4.3
// and §4.4.7), with each immediate that selects a lane. What the operands are, operands.ts says; the module that applies
// the instructions to them is made by module.ts.

export type Float = 'f32' | 'f64';
type Result = 'v128' | 'i32' | 'i64' | Float;

export interface Operation {
  /** The mnemonic, without immediates. */
  instruction: string;
  /** What tells it from others of the same instruction: immediates, a constant operand. */
  variant: string;
  result: Result;
  /** Wasm text that leaves the result on the stack, or, of a store, nothing. The vectors are Wasm text as well. */
  text: (operands: Operands) => string;
  /** The lanes of the result for which the specification allows a choice of NaNs (§4.3.3, nans_N{z*}). */
  nans?: Float;
  /** The lanes of the operands whose NaNs limit that choice; the result's unless it says otherwise. */
  from?: Float;
  arity: 1 | 2;
  /** Takes its operands from memory or writes there itself: constants in their place make no sense. */
  memory?: true;
}

export interface Operands {
  a: string;
  b: string;
  /** A third vector, for bitselect. */
  c: string;
  /** Lane 0 of b as a scalar. */
  scalar: (type: string) => string;
  from: string;
  to: string;
}

const LANES: Record<string, number> = { i8x16: 16, i16x8: 8, i32x4: 4, i64x2: 2, f32x4: 4, f64x2: 2 };
const INTEGERS = ['i8x16', 'i16x8', 'i32x4', 'i64x2'];
const FLOATS = ['f32x4', 'f64x2'];
const SHAPES = [...INTEGERS, ...FLOATS];
const SIGNS = ['_s', '_u'];

const signed = (...names: string[]): string[] => names.flatMap((name) => SIGNS.map((sign) => name + sign));
const each = (shapes: string[], ...names: string[]): string[] => shapes.flatMap((shape) => names.map((name) => `${shape}.${name}`));
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const shapeOf = (instruction: string): string => instruction.split('.')[0]!;
const elementOf = (shape: string): string => shape.split('x')[0]!;
/** The scalar type that goes into or comes out of a lane. */
const scalarOf = (shape: string): 'i32' | 'i64' | Float => (['i8x16', 'i16x8'].includes(shape) ? 'i32' : elementOf(shape) as 'i32');

const extend = (from: string): string[] => signed(`extend_low_${from}`, `extend_high_${from}`);
const extmul = (from: string): string[] => signed(`extmul_low_${from}`, `extmul_high_${from}`);
const order = signed('lt', 'gt', 'le', 'ge');

const UNARY = [
  'v128.not', 'i8x16.popcnt', ...each(SHAPES, 'abs', 'neg'),
  ...each(['i16x8'], ...signed('extadd_pairwise_i8x16'), ...extend('i8x16')),
  ...each(['i32x4'], ...signed('extadd_pairwise_i16x8', 'trunc_sat_f32x4'), ...extend('i16x8'), 'trunc_sat_f64x2_s_zero', 'trunc_sat_f64x2_u_zero'),
  ...each(['i64x2'], ...extend('i32x4')),
  ...each(['f32x4'], ...signed('convert_i32x4')),
  ...each(['f64x2'], ...signed('convert_low_i32x4')),
];

const UNARY_NAN = [...each(FLOATS, 'sqrt', 'ceil', 'floor', 'trunc', 'nearest'), 'f32x4.demote_f64x2_zero', 'f64x2.promote_low_f32x4'];

const BINARY = [
  ...each(['v128'], 'and', 'andnot', 'or', 'xor'),
  ...each(INTEGERS, 'add', 'sub', 'eq', 'ne'),
  ...each(['i16x8', 'i32x4', 'i64x2'], 'mul'),
  ...each(['i8x16', 'i16x8', 'i32x4'], ...order, ...signed('min', 'max')),
  ...each(['i8x16', 'i16x8'], ...signed('add_sat', 'sub_sat'), 'avgr_u'),
  ...each(['i8x16'], 'swizzle', ...signed('narrow_i16x8')),
  ...each(['i16x8'], 'q15mulr_sat_s', ...extmul('i8x16'), ...signed('narrow_i32x4')),
  ...each(['i32x4'], 'dot_i16x8_s', ...extmul('i16x8')),
  ...each(['i64x2'], 'lt_s', 'gt_s', 'le_s', 'ge_s', ...extmul('i32x4')),
  ...each(FLOATS, 'eq', 'ne', 'lt', 'gt', 'le', 'ge', 'pmin', 'pmax'),
];

const BINARY_NAN = each(FLOATS, 'add', 'sub', 'mul', 'div', 'min', 'max');

/** Orders of bytes for which compilers have an instruction of their own, and some for which they have none. */
const SHUFFLES = [
  range(16), range(16).map((i) => i + 16), range(16).map((i) => 31 - i), range(16).map((i) => 15 - i), range(16).map(() => 0),
  range(16).map((i) => i + 5), range(16).map((i) => (i % 2) * 16 + (i >> 1)), range(16).map((i) => (i % 2) * 16 + 8 + (i >> 1)),
  range(16).map((i) => (i & 3) + 4 * [0, 4, 1, 5][i >> 2]!), range(16).map((i) => (i & 7) + 16 * (i >> 3)), range(16).map((i) => i * 2),
  range(16).map((i) => i * 2 + 1), range(16).map((i) => i ^ 3), range(16).map((i) => (i & 3) + 4 * [2, 1, 3, 0][i >> 2]!),
  [31, 0, 7, 30, 2, 2, 19, 16, 15, 8, 21, 4, 9, 28, 1, 17], [3, 14, 14, 0, 9, 2, 6, 11, 5, 13, 1, 12, 8, 4, 10, 7],
];

const CONSTANTS = ['i8x16 0 1 -1 127 -128 255 6 7 8 9 10 11 12 13 14 15', 'i64x2 0 0', 'i64x2 -1 -1', 'f32x4 nan:0x200000 -0 inf 1.5', 'f64x2 -nan 0x1p-1074'];

function vector(instruction: string, arity: 1 | 2, nans?: Float, from?: Float): Operation {
  return {
    instruction, variant: '', result: 'v128', arity, ...(nans ? { nans } : {}), ...(from ? { from } : {}),
    text: ({ a, b }) => `(${instruction} ${a}${arity === 2 ? ` ${b}` : ''})`,
  };
}

function plain(): Operation[] {
  const nan = (arity: 1 | 2) => (name: string): Operation => {
    const from = name.includes('demote') ? 'f64' : name.includes('promote') ? 'f32' : undefined;
    return vector(name, arity, elementOf(shapeOf(name)) as Float, from);
  };
  const question = (instruction: string): Operation => ({ ...vector(instruction, 1), result: 'i32' });
  return [
    ...UNARY.map((name) => vector(name, 1)), ...UNARY_NAN.map(nan(1)),
    ...BINARY.map((name) => vector(name, 2)), ...BINARY_NAN.map(nan(2)),
    ...['v128.any_true', ...each(INTEGERS, 'all_true', 'bitmask')].map(question),
    { ...vector('v128.bitselect', 2), text: ({ a, b, c }) => `(v128.bitselect ${a} ${b} ${c})` },
  ];
}

/** By a count from memory, and by constants around the lane's width. */
function shifts(): Operation[] {
  return each(INTEGERS, 'shl', 'shr_s', 'shr_u').flatMap((instruction) => {
    const width = 128 / LANES[shapeOf(instruction)]!;
    const constants = [0, 1, width / 2, width - 1, width, width + 3, -1];
    return [
      { ...vector(instruction, 2), text: ({ a, scalar }: Operands) => `(${instruction} ${a} ${scalar('i32')})` },
      ...constants.map((n): Operation => ({ ...vector(instruction, 1), variant: `by ${n}`, text: ({ a }) => `(${instruction} ${a} (i32.const ${n}))` })),
    ];
  });
}

function lanes(): Operation[] {
  return SHAPES.flatMap((shape) => {
    const scalar = scalarOf(shape);
    const signs = ['i8x16', 'i16x8'].includes(shape) ? SIGNS : [''];
    const splat: Operation = { ...vector(`${shape}.splat`, 2), text: (on) => `(${shape}.splat ${on.scalar(scalar)})` };
    return [splat, ...range(LANES[shape]!).flatMap((lane): Operation[] => [
      ...signs.map((sign): Operation => ({
        ...vector(`${shape}.extract_lane${sign}`, 1), variant: `${lane}`, result: scalar, text: ({ a }) => `(${shape}.extract_lane${sign} ${lane} ${a})`,
      })),
      { ...vector(`${shape}.replace_lane`, 2), variant: `${lane}`, text: (on) => `(${shape}.replace_lane ${lane} ${on.a} ${on.scalar(scalar)})` },
    ])];
  });
}

function memory(): Operation[] {
  const loads = ['load', ...signed('load8x8', 'load16x4', 'load32x2'), 'load8_splat', 'load16_splat', 'load32_splat', 'load64_splat', 'load32_zero', 'load64_zero'];
  const at = { memory: true } as const;
  return [
    ...loads.map((load): Operation => ({ ...vector(`v128.${load}`, 1), ...at, text: ({ from }) => `(v128.${load} offset=3 ${from})` })),
    { ...vector('v128.store', 1), ...at, text: ({ a, to }) => `(v128.store ${to} ${a})` },
    ...[8, 16, 32, 64].flatMap((bits) => range(128 / bits).flatMap((lane): Operation[] => [
      { ...vector(`v128.load${bits}_lane`, 1), ...at, variant: `${lane}`, text: ({ a, from }) => `(v128.load${bits}_lane offset=16 ${lane} ${from} ${a})` },
      { ...vector(`v128.store${bits}_lane`, 1), ...at, variant: `${lane}`, text: ({ a, to }) => `(v128.store${bits}_lane offset=2 ${lane} ${to} ${a})` },
    ])),
  ];
}

function immediates(): Operation[] {
  return [
    ...SHUFFLES.map((order_): Operation => ({
      ...vector('i8x16.shuffle', 2), variant: order_.join(' '), text: ({ a, b }) => `(i8x16.shuffle ${order_.join(' ')} ${a} ${b})`,
    })),
    ...CONSTANTS.map((constant): Operation => ({ ...vector('v128.const', 1), variant: constant, text: () => `(v128.const ${constant})` })),
  ];
}

export const OPERATIONS: readonly Operation[] = [...plain(), ...shifts(), ...lanes(), ...immediates(), ...memory()];

/** The same with constants in the place of operands: what a compiler computes itself must come out the same. */
export const FOLDABLE: readonly Operation[] = OPERATIONS.filter(({ memory: inMemory, instruction }) => !inMemory && instruction !== 'v128.const');
