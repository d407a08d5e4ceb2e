// Every load and store of a linear memory as a test sees it: its text, its width, and what it does to bytes, from the
// specification (core 2.0, §4.4.7) and not from our code. Read next: memory-model.ts.

export interface Access {
  /** Instruction without offset and operands. */
  name: string;
  width: number;
  kind: 'load' | 'drop' | 'store';
  /** Body of a function of (address) -> i64, (address) -> (), (address, value i64) -> (). `place`: memory and offset. */
  body: (place: string, address: string) => string;
  /** Bits of what is loaded, as an i64. */
  load: (view: DataView, at: number) => bigint;
  store: (view: DataView, at: number, value: bigint) => void;
}

const MASK = 0xffff_ffff_ffff_ffffn;
const TO_I64: Record<string, (value: string) => string> = {
  i32: (value) => `(i64.extend_i32_u ${value})`,
  i64: (value) => value,
  f32: (value) => `(i64.extend_i32_u (i32.reinterpret_f32 ${value}))`,
  f64: (value) => `(i64.reinterpret_f64 ${value})`,
};
const FROM_I64: Record<string, string> = {
  i32: '(i32.wrap_i64 (local.get $value))',
  i64: '(local.get $value)',
  f32: '(f32.reinterpret_i32 (i32.wrap_i64 (local.get $value)))',
  f64: '(f64.reinterpret_i64 (local.get $value))',
};
const BITS: Record<string, number> = { i32: 32, i64: 64, f32: 32, f64: 64 };

function readBytes(view: DataView, at: number, width: number): bigint {
  let value = 0n;
  for (let i = width; i-- > 0;) value = (value << 8n) | BigInt(view.getUint8(at + i));
  return value;
}

function writeBytes(view: DataView, at: number, width: number, value: bigint): void {
  for (let i = 0; i < width; i++) view.setUint8(at + i, Number((value >> BigInt(8 * i)) & 0xffn));
}

function scalarLoad(type: string, bits: number, sign: '' | '_s' | '_u'): Access[] {
  const width = bits / 8;
  const name = `${type}.load${bits === BITS[type] ? '' : `${bits}${sign}`}`;
  const text = (place: string, address: string): string => `(${name} ${place} ${address})`;
  const load = (view: DataView, at: number): bigint => {
    const value = readBytes(view, at, width);
    return sign === '_s' ? BigInt.asUintN(BITS[type]!, BigInt.asIntN(bits, value)) : value;
  };
  const store = (): void => {};
  return [
    { name, width, kind: 'load', load, store, body: (place, address) => TO_I64[type]!(text(place, address)) },
    { name: `drop ${name}`, width, kind: 'drop', load, store, body: (place, address) => `(drop ${text(place, address)})` },
  ];
}

function scalarStore(type: string, bits: number): Access {
  const name = `${type}.store${bits === BITS[type] ? '' : bits}`;
  return {
    name, width: bits / 8, kind: 'store', load: () => 0n,
    store: (view, at, value) => writeBytes(view, at, bits / 8, value),
    body: (place, address) => `(${name} ${place} ${address} ${FROM_I64[type]})`,
  };
}

export const SCALAR: readonly Access[] = [
  ...scalarLoad('i32', 32, ''), ...scalarLoad('i64', 64, ''), ...scalarLoad('f32', 32, ''), ...scalarLoad('f64', 64, ''),
  ...[8, 16].flatMap((bits) => [...scalarLoad('i32', bits, '_s'), ...scalarLoad('i32', bits, '_u')]),
  ...[8, 16, 32].flatMap((bits) => [...scalarLoad('i64', bits, '_s'), ...scalarLoad('i64', bits, '_u')]),
  scalarStore('i32', 32), scalarStore('i64', 64), scalarStore('f32', 32), scalarStore('f64', 64),
  scalarStore('i32', 8), scalarStore('i32', 16), scalarStore('i64', 8), scalarStore('i64', 16), scalarStore('i64', 32),
];

/** Both halves of a vector as one number. */
const fold = (low: bigint, high: bigint): bigint => (low + 3n * high) & MASK;
const FOLD = (vector: string): string =>
  `(local.set $vector ${vector}) (i64.add (i64x2.extract_lane 0 (local.get $vector)) (i64.mul (i64.const 3) (i64x2.extract_lane 1 (local.get $vector))))`;

function vectorLoad(name: string, width: number, widen: (value: bigint) => [bigint, bigint], lane?: string): Access[] {
  const text = (place: string, address: string): string =>
    lane === undefined ? `(${name} ${place} ${address})` : `(${name} ${place} ${lane} ${address} (v128.const i64x2 0 0))`;
  const load = (view: DataView, at: number): bigint => fold(...widen(readBytes(view, at, width)));
  const store = (): void => {};
  return [
    { name, width, kind: 'load', load, store, body: (place, address) => FOLD(text(place, address)) },
    { name: `drop ${name}`, width, kind: 'drop', load, store, body: (place, address) => `(drop ${text(place, address)})` },
  ];
}

function halves(value: bigint): [bigint, bigint] {
  return [value & MASK, value >> 64n];
}

/** Eight bytes to lanes of twice the bits. */
function extend(bits: number, signed: boolean): (value: bigint) => [bigint, bigint] {
  return (value) => {
    let all = 0n;
    for (let lane = 0; lane < 64 / bits; lane++) {
      const part = BigInt.asUintN(bits, value >> BigInt(lane * bits));
      const wide = signed ? BigInt.asUintN(2 * bits, BigInt.asIntN(bits, part)) : part;
      all |= wide << BigInt(lane * 2 * bits);
    }
    return halves(all);
  };
}

function splat(bits: number): (value: bigint) => [bigint, bigint] {
  return (value) => {
    let half = 0n;
    for (let at = 0; at < 64; at += bits) half |= value << BigInt(at);
    return [half, half];
  };
}

function vectorStore(name: string, width: number, lane = ''): Access {
  return {
    name, width, kind: 'store', load: () => 0n,
    // Both halves of the vector are the value: a lane is the part of it that lies there.
    store: (view, at, value) => writeBytes(view, at, width, value | (value << 64n)),
    body: (place, address) => `(${name} ${place} ${lane} ${address} (i64x2.splat (local.get $value)))`,
  };
}

export const VECTOR: readonly Access[] = [
  ...vectorLoad('v128.load', 16, halves), vectorStore('v128.store', 16),
  ...[8, 16, 32].flatMap((bits) => ['s', 'u'].flatMap((sign) => vectorLoad(`v128.load${bits}x${64 / bits}_${sign}`, 8, extend(bits, sign === 's')))),
  ...[8, 16, 32, 64].flatMap((bits) => vectorLoad(`v128.load${bits}_splat`, bits / 8, splat(bits))),
  ...[32, 64].flatMap((bits) => vectorLoad(`v128.load${bits}_zero`, bits / 8, (value) => [value, 0n])),
  ...[8, 16, 32, 64].flatMap((bits) => vectorLoad(`v128.load${bits}_lane`, bits / 8, (value) => [value, 0n], '0')),
  ...[8, 16, 32, 64].map((bits) => vectorStore(`v128.store${bits}_lane`, bits / 8, '0')),
];
