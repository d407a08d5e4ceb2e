// S-expressions as WebAssembly's text format writes them: lists, atoms, strings, both kinds of comments.
// The source is taken as bytes, one character each (latin1), so that positions are byte offsets and a module's text can
// be handed to wabt unchanged. Knows nothing of modules or commands (wast.ts).
// WebAssembly core specification 2.0, §6.2 (lexical format), §6.3.3 (strings).

export interface Atom {
  kind: 'atom';
  text: string;
  line: number;
}

export interface Text {
  kind: 'string';
  /** Escapes resolved; one character a byte. */
  bytes: string;
  line: number;
}

export interface List {
  kind: 'list';
  items: Node[];
  line: number;
  /** Byte offsets of the opening parenthesis and behind the closing one. */
  start: number;
  end: number;
}

export type Node = Atom | Text | List;

const TOKEN = /\s+|;;[^\n]*|\(;|\(|\)|"(?:[^"\\]|\\[\s\S])*"|[^\s()";]+|;/y;
const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '"': '"', "'": "'", '\\': '\\' };

/** Every list, atom and string of the outermost level. */
export function parse(source: string): Node[] {
  const top: List = { kind: 'list', items: [], line: 1, start: 0, end: source.length };
  const open: List[] = [top];
  let at = 0;
  let line = 1;
  while (at < source.length) {
    TOKEN.lastIndex = at;
    let token = TOKEN.exec(source)?.[0];
    if (token === undefined) throw new Error(`line ${line}: not a token: ${source.slice(at, at + 20)}`);
    if (token === '(;') token = blockComment(source, at);
    const inner = open[open.length - 1]!;
    const first = token[0]!;
    if (token === '(') {
      const list: List = { kind: 'list', items: [], line, start: at, end: at };
      inner.items.push(list);
      open.push(list);
    } else if (token === ')') {
      if (open.length === 1) throw new Error(`line ${line}: one parenthesis too many`);
      inner.end = at + 1;
      open.pop();
    } else if (first === '"') inner.items.push({ kind: 'string', bytes: unescape(token), line });
    else if (!/^(\s|;|\(;)/.test(token)) inner.items.push({ kind: 'atom', text: token, line });
    at += token.length;
    for (let i = token.indexOf('\n'); i >= 0; i = token.indexOf('\n', i + 1)) line++;
  }
  if (open.length > 1) throw new Error(`line ${open[open.length - 1]!.line}: this parenthesis is never closed`);
  return top.items;
}

/** Block comments nest. */
function blockComment(source: string, start: number): string {
  const mark = /\(;|;\)/g;
  mark.lastIndex = start;
  let depth = 0;
  for (let match = mark.exec(source); match; match = mark.exec(source)) {
    depth += match[0] === '(;' ? 1 : -1;
    if (depth === 0) return source.slice(start, mark.lastIndex);
  }
  throw new Error('a block comment is never closed');
}

function unescape(token: string): string {
  return token.slice(1, -1).replace(/\\(?:u\{([0-9a-fA-F_]+)\}|([0-9a-fA-F]{2})|([\s\S]))/g, (_, code: string, hex: string, letter: string) => {
    if (code) return Buffer.from(String.fromCodePoint(parseInt(code.replaceAll('_', ''), 16)), 'utf8').toString('latin1');
    return hex ? String.fromCharCode(parseInt(hex, 16)) : ESCAPES[letter] ?? letter;
  });
}

/** The word that a list begins with, '' if it begins with none. */
export function head(node: Node | undefined): string {
  const first = node?.kind === 'list' ? node.items[0] : undefined;
  return first?.kind === 'atom' ? first.text : '';
}
