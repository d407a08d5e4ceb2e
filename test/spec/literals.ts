// Numbers of the text format to bits, exactly: integers, decimal and hexadecimal floats, NaN with payload.
// JavaScript's own parsing will not do: it rounds a decimal f32 twice.
// WebAssembly core specification 2.0, §6.3.1 (integers), §6.3.2 (floating-point).

interface Format {
  bits: number;
  /** Of the fraction, the hidden one not counted. */
  fraction: number;
}

const FORMATS: Readonly<Record<'f32' | 'f64', Format>> = { f32: { bits: 32, fraction: 23 }, f64: { bits: 64, fraction: 52 } };

export function integerBits(text: string, bits: number): bigint {
  const [, sign, digits] = /^([+-]?)(.*)$/.exec(text.replaceAll('_', ''))!;
  const value = BigInt(digits!);
  return BigInt.asUintN(bits, sign === '-' ? -value : value);
}

export function floatBits(text: string, type: 'f32' | 'f64'): bigint {
  const { bits, fraction } = FORMATS[type];
  const [, sign, body] = /^([+-]?)(.*)$/.exec(text.replaceAll('_', '').toLowerCase())!;
  const signBit = sign === '-' ? 1n << BigInt(bits - 1) : 0n;
  return signBit | magnitude(body!, BigInt(bits - 1 - fraction), BigInt(fraction));
}

function magnitude(body: string, exponentBits: bigint, fraction: bigint): bigint {
  const infinity = ((1n << exponentBits) - 1n) << fraction;
  if (body === 'inf') return infinity;
  if (body === 'nan') return infinity | (1n << (fraction - 1n));
  if (body.startsWith('nan:0x')) return infinity | BigInt(body.slice(4));
  const [numerator, denominator] = ratio(body);
  if (numerator === 0n) return 0n;
  return round(numerator, denominator, exponentBits, fraction, infinity);
}

/** '1.5e-3' as a fraction of two integers. */
function ratio(body: string): [bigint, bigint] {
  const hex = body.startsWith('0x');
  const [mantissa = '', exponent = '0'] = (hex ? body.slice(2) : body).split(hex ? 'p' : 'e');
  const [whole = '', part = ''] = mantissa.split('.');
  const digits = BigInt((hex ? '0x' : '') + (whole + part || '0'));
  const scale = hex ? 16n ** BigInt(part.length) : 10n ** BigInt(part.length);
  const power = (hex ? 2n : 10n) ** BigInt(Math.abs(Number(exponent)));
  return Number(exponent) < 0 ? [digits, scale * power] : [digits * power, scale];
}

const bitLength = (value: bigint): bigint => BigInt(value.toString(2).length);

/** Round to nearest, ties to even (IEEE 754 §4.3.1), subnormals and overflow included. */
function round(numerator: bigint, denominator: bigint, exponentBits: bigint, fraction: bigint, infinity: bigint): bigint {
  const bias = (1n << (exponentBits - 1n)) - 1n;
  // The unit of the last place: 2^unit. The first guess may be one too small.
  let unit = bitLength(numerator) - bitLength(denominator) - fraction - 1n;
  const least = 1n - bias - fraction;
  if (unit < least) unit = least;
  let quotient = divide(numerator, denominator, unit);
  if (quotient >= 1n << (fraction + 1n)) quotient = divide(numerator, denominator, ++unit);
  if (quotient >= 1n << (fraction + 1n)) quotient = divide(numerator, denominator, ++unit);
  if (quotient < 1n << fraction) return quotient;
  const encoded = ((unit - least + 1n) << fraction) + (quotient - (1n << fraction));
  return encoded > infinity ? infinity : encoded;
}

/** numerator / denominator / 2^unit, rounded. */
function divide(numerator: bigint, denominator: bigint, unit: bigint): bigint {
  const top = unit < 0n ? numerator << -unit : numerator;
  const bottom = unit < 0n ? denominator : denominator << unit;
  const quotient = top / bottom;
  const twice = (top % bottom) * 2n;
  return twice > bottom || (twice === bottom && (quotient & 1n) === 1n) ? quotient + 1n : quotient;
}
