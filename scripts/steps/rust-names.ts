// Names of Rust functions as their source has them: 'std::rt::lang_start' for the symbols that rustc makes of them, in its older
// form, _ZN…17h<hash>E, and in the newer one, _R… (RFC 2603). What is neither is undefined. C++ has names like the older form,
// without the hash, and is not read here. Next: rust-path.ts.
import { readRustPath } from './rust-path.ts';

/** What LLVM adds when it splits a crate: f.llvm.1234 */
const SUFFIX = /\.llvm\.[0-9A-F@]+$/;

export function rustName(symbol: string): string | undefined {
  const base = symbol.replace(SUFFIX, '');
  if (base.startsWith('_R')) return readRustPath(base.slice(2));
  return base.startsWith('_ZN') && base.endsWith('E') ? olderName(base.slice(3, -1)) : undefined;
}

/** A row of <length><name>, of which the last is a hash. */
function olderName(text: string): string | undefined {
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const digits = /^[1-9]\d*/.exec(text.slice(at))?.[0];
    if (!digits) return undefined;
    const begin = at + digits.length;
    at = begin + Number(digits);
    if (at > text.length) return undefined;
    parts.push(text.slice(begin, at));
  }
  const hash = parts.pop();
  if (parts.length === 0 || !hash || !/^h[0-9a-f]{16}$/.test(hash)) return undefined;
  return parts.map(unescapePart).join('::');
}

const SIGNS: Readonly<Record<string, string>> = { SP: '@', BP: '*', RF: '&', LT: '<', GT: '>', LP: '(', RP: ')', C: ',' };

/** '$LT$impl$u20$Trait$GT$' -> '<impl Trait>'; a name that would begin with $ begins with _ before it. */
function unescapePart(part: string): string {
  const text = part.startsWith('_$') ? part.slice(1) : part;
  return text.replaceAll('..', '::').replace(/\$(?:u([0-9a-f]+)|([A-Z]+))\$/g, (whole, hex?: string, sign?: string) => {
    if (hex === undefined) return SIGNS[sign!] ?? whole;
    const code = parseInt(hex, 16);
    return code >= 0x20 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
