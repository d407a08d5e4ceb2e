// The newer form of rustc's symbols, "v0", RFC 2603: a path with its types, each thing begun by one letter, and what was said before
// said again as its place. Read first: rust-names.ts. Constants other than numbers, bool and char, and names in punycode,
// are not read: such a symbol stays as it is.

const BASIC_TYPES: Readonly<Record<string, string>> = {
  a: 'i8', b: 'bool', c: 'char', d: 'f64', e: 'str', f: 'f32', h: 'u8', i: 'isize', j: 'usize', l: 'i32', m: 'u32', n: 'i128',
  o: 'u128', p: '_', s: 'i16', t: 'u16', u: '()', v: '...', x: 'i64', y: 'u64', z: '!',
};
const INTEGERS = 'ahijlmnostxy';
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Repetitions can repeat repetitions: a short symbol could have a name without end. */
const STEPS_MAX = 10_000;
const DEPTH_MAX = 200;

class Unreadable extends Error {}

/** The name behind '_R', or undefined. */
export function readRustPath(text: string): string | undefined {
  try {
    return new Reader(text).symbol();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Reader {
  private at = 0;
  private depth = 0;
  private steps = 0;
  private lifetimes = 0;

  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Behind the path may stand the crate that wanted it. */
  symbol(): string {
    const name = this.path(true);
    if (this.at < this.text.length) this.path(false);
    if (this.at < this.text.length) throw new Unreadable();
    return name;
  }

  /** As a value a path has '::' before its arguments. */
  path(isValue: boolean): string {
    return this.deeper(() => {
      const letter = this.take();
      switch (letter) {
        case 'C': return this.name().text;
        case 'N': return this.nested(isValue);
        case 'M': this.implementation(); return `<${this.type()}>`;
        case 'X': this.implementation(); return this.asTrait();
        case 'Y': return this.asTrait();
        case 'I': return `${this.path(isValue)}${isValue ? '::' : ''}<${this.listOf(() => this.argument())}>`;
        case 'B': return this.again(() => this.path(isValue));
        default: throw new Unreadable();
      }
    });
  }

  private nested(isValue: boolean): string {
    const space = this.take();
    const outer = this.path(isValue);
    const { text, number } = this.name();
    if (/[a-z]/.test(space)) return text === '' ? outer : `${outer}::${text}`;
    const kind = space === 'C' ? 'closure' : space === 'S' ? 'shim' : space;
    return `${outer}::{${kind}${text === '' ? '' : `:${text}`}#${number}}`;
  }

  /** Where an implementation stands is not said. */
  private implementation(): void {
    this.optionalNumber('s');
    this.path(false);
  }

  private asTrait(): string {
    return `<${this.type()} as ${this.path(false)}>`;
  }

  private argument(): string {
    if (this.skip('L')) return this.lifetime(this.number());
    return this.skip('K') ? this.constant() : this.type();
  }

  private type(): string {
    return this.deeper(() => {
      const letter = this.take();
      const basic = BASIC_TYPES[letter];
      if (basic !== undefined) return basic;
      switch (letter) {
        case 'A': return `[${this.type()}; ${this.constant()}]`;
        case 'S': return `[${this.type()}]`;
        case 'T': return this.tuple();
        case 'R': return `&${this.ofReference()}${this.type()}`;
        case 'Q': return `&${this.ofReference()}mut ${this.type()}`;
        case 'P': return `*const ${this.type()}`;
        case 'O': return `*mut ${this.type()}`;
        case 'F': return this.bound(() => this.signature());
        case 'D': return this.dynamic();
        case 'B': return this.again(() => this.type());
        default: this.at--; return this.path(false);
      }
    });
  }

  private tuple(): string {
    const types = this.list(() => this.type());
    return types.length === 1 ? `(${types[0]},)` : `(${types.join(', ')})`;
  }

  private ofReference(): string {
    const index = this.skip('L') ? this.number() : 0;
    return index === 0 ? '' : `${this.lifetime(index)} `;
  }

  private signature(): string {
    const unsafe = this.skip('U') ? 'unsafe ' : '';
    const abi = !this.skip('K') ? '' : `extern "${this.skip('C') ? 'C' : this.plainName().replaceAll('_', '-')}" `;
    const parameters = this.listOf(() => this.type());
    const result = this.skip('u') ? '' : ` -> ${this.type()}`;
    return `${unsafe}${abi}fn(${parameters})${result}`;
  }

  private dynamic(): string {
    const traits = this.bound(() => this.list(() => this.dynamicTrait()).join(' + '));
    if (!this.skip('L')) throw new Unreadable();
    const index = this.number();
    return `dyn ${traits}${index === 0 ? '' : ` + ${this.lifetime(index)}`}`;
  }

  /** Associated types stand among the arguments. */
  private dynamicTrait(): string {
    let trait = this.path(false);
    while (this.skip('p')) {
      const named = `${this.plainName()} = ${this.type()}`;
      trait = trait.endsWith('>') ? `${trait.slice(0, -1)}, ${named}>` : `${trait}<${named}>`;
    }
    return trait;
  }

  private constant(): string {
    return this.deeper(() => {
      const letter = this.take();
      if (letter === 'B') return this.again(() => this.constant());
      if (letter === 'p') return '_';
      const sign = this.skip('n') ? '-' : '';
      const hex = /^[0-9a-f]*_/.exec(this.text.slice(this.at))?.[0];
      if (hex === undefined) throw new Unreadable();
      this.at += hex.length;
      const value = BigInt(`0x0${hex.slice(0, -1)}`);
      if (letter === 'b') return value === 0n ? 'false' : 'true';
      if (letter === 'c' && value <= 0x10ffffn) return `'${String.fromCodePoint(Number(value))}'`;
      if (!INTEGERS.includes(letter)) throw new Unreadable();
      return `${sign}${value < 1n << 64n ? value : `0x${value.toString(16)}`}`;
    });
  }

  /** What has lifetimes of its own: 'G' says how many. */
  private bound(read: () => string): string {
    const count = this.optionalNumber('G');
    if (count > DEPTH_MAX) throw new Unreadable();
    const first = this.lifetimes;
    this.lifetimes += count;
    const names = Array.from({ length: count }, (_, index) => lifetimeName(first + index));
    const inner = read();
    this.lifetimes = first;
    return count === 0 ? inner : `for<${names.join(', ')}> ${inner}`;
  }

  /** Counted from the innermost; 0: any. */
  private lifetime(index: number): string {
    if (index > this.lifetimes) throw new Unreadable();
    return index === 0 ? "'_" : lifetimeName(this.lifetimes - index);
  }

  /** A number among those of the same name, and the name. */
  private name(): { text: string; number: number } {
    const number = this.optionalNumber('s');
    return { number, text: this.plainName() };
  }

  private plainName(): string {
    const found = /^(0|[1-9]\d*)_?/.exec(this.text.slice(this.at));
    if (!found) throw new Unreadable();
    const begin = this.at + found[0].length;
    this.at = begin + Number(found[1]);
    if (this.at > this.text.length) throw new Unreadable();
    return this.text.slice(begin, this.at);
  }

  private list(read: () => string): string[] {
    const items: string[] = [];
    while (!this.skip('E')) items.push(read());
    return items;
  }

  private listOf(read: () => string): string {
    return this.list(read).join(', ');
  }

  /** Reads once more what stands at a place before this one. */
  private again(read: () => string): string {
    const before = this.at - 1, place = this.number();
    if (place >= before) throw new Unreadable();
    const after = this.at;
    this.at = place;
    const text = read();
    this.at = after;
    return text;
  }

  private optionalNumber(letter: string): number {
    return this.skip(letter) ? this.number() + 1 : 0;
  }

  /** '_' is 0, '0_' is 1, in base 62. Of a crate's, which nobody is shown, the last digits are lost. */
  private number(): number {
    let value = 0;
    if (this.skip('_')) return 0;
    while (!this.skip('_')) {
      const digit = DIGITS.indexOf(this.take());
      value = value * 62 + digit;
      if (digit < 0) throw new Unreadable();
    }
    return value + 1;
  }

  private deeper(read: () => string): string {
    if (++this.depth > DEPTH_MAX || ++this.steps > STEPS_MAX) throw new Unreadable();
    const text = read();
    this.depth--;
    return text;
  }

  private take(): string {
    const letter = this.text[this.at++];
    if (letter === undefined) throw new Unreadable();
    return letter;
  }

  private skip(letter: string): boolean {
    if (this.text[this.at] !== letter) return false;
    this.at++;
    return true;
  }
}

function lifetimeName(index: number): string {
  return index < 26 ? `'${String.fromCharCode(97 + index)}` : `'_${index}`;
}
