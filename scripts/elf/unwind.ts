// How large each function's stack frame is, from the compiler's call frame information (.eh_frame).
// Read first: DWARF 4 §6.4 (call frame information), LSB Core §10.6 (.eh_frame).
// Only what a backtrace needs is kept: for a range of code, the distance from RSP to where the caller's stack begins
// (the CFA). Saved registers are not followed; a frame that is not measured from RSP has the distance 0, "unknown".
import { type Elf, sectionBytes, sectionNamed } from '../elf/reader.ts';
import { AsoloError } from '../errors.ts';

export interface FrameRow {
  /** Virtual address from which the distance holds, up to the next row. */
  start: bigint;
  /** Bytes from RSP to the CFA; the return address lies 8 below it. 0: unknown. */
  bytes: number;
}

const RSP = 7;
const DW_EH_PE_PCREL_SDATA4 = 0x1b;
/** A call needs this many bytes; shorter rows are the pushes and pops of prologues and epilogues. */
const CALL_BYTES = 5;

interface Cie {
  codeAlign: number;
  dataAlign: number;
  instructions: Reader;
}

class Reader {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  number(size: 1 | 2 | 4): number {
    let value = 0;
    for (let i = 0; i < size; i++) value += this.bytes[this.at++]! * 2 ** (8 * i);
    return value;
  }

  uleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  sleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return byte & 0x40 ? value - scale * 128 : value;
    }
  }
}

/** Rows of all functions, by address. Functions without information (assembly) have none. */
export function frameRows(elf: Elf): FrameRow[] {
  const section = sectionNamed(elf, '.eh_frame');
  if (!section) return [];
  const bytes = sectionBytes(elf, section);
  const cies = new Map<number, Cie>();
  const rows: FrameRow[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const reader = new Reader(bytes, at, bytes.length);
    const length = reader.number(4);
    if (length === 0) break;
    const body = new Reader(bytes, reader.at, reader.at + length);
    const idAt = body.at;
    const id = body.number(4);
    if (id === 0) cies.set(at, readCie(body));
    else rows.push(...readFde(body, cies.get(idAt - id), BigInt(section.address)));
    at = reader.at + length;
  }
  return rows.sort((a, b) => (a.start < b.start ? -1 : 1));
}

function readCie(body: Reader): Cie {
  const version = body.number(1);
  let augmentation = '';
  for (let byte = body.number(1); byte !== 0; byte = body.number(1)) augmentation += String.fromCharCode(byte);
  const codeAlign = body.uleb();
  const dataAlign = body.sleb();
  if (version === 1) body.number(1);
  else body.uleb();
  if (augmentation !== 'zR') throw new AsoloError('link', `call frame information of a kind that is not known: '${augmentation}'`);
  body.uleb();
  if (body.number(1) !== DW_EH_PE_PCREL_SDATA4) throw new AsoloError('link', 'call frame information with an encoding that is not known');
  return { codeAlign, dataAlign, instructions: new Reader(body.bytes, body.at, body.end) };
}

function readFde(body: Reader, cie: Cie | undefined, base: bigint): FrameRow[] {
  if (!cie) throw new AsoloError('link', 'call frame information without its head');
  const here = base + BigInt(body.at);
  const start = BigInt.asUintN(64, here + BigInt(body.number(4) | 0));
  const size = body.number(4);
  body.at += body.uleb();
  const machine = new Machine(cie);
  machine.run(new Reader(body.bytes, cie.instructions.at, cie.instructions.end));
  machine.run(body);
  return keepBodies(machine.rows, size).map(({ offset, bytes }) => ({ start: start + BigInt(offset), bytes }));
}

interface Row {
  offset: number;
  bytes: number;
}

/** Drops rows too short to hold a call, gives their code to a neighbour, and joins equal ones. */
function keepBodies(rows: readonly Row[], size: number): Row[] {
  const long = rows.filter((row, i) => (rows[i + 1]?.offset ?? size) - row.offset >= CALL_BYTES);
  const kept = (long.length > 0 ? long : rows.slice(0, 1)).filter((row, i, all) => i === 0 || row.bytes !== all[i - 1]!.bytes);
  return kept.map((row, i) => (i === 0 ? { ...row, offset: 0 } : row));
}

/** Runs call frame instructions, as far as they concern the CFA. */
class Machine {
  readonly rows: Row[] = [];
  private readonly cie: Cie;
  private offset = 0;
  private register = RSP;
  private distance = 8;
  private readonly remembered: [number, number][] = [];

  constructor(cie: Cie) {
    this.cie = cie;
  }

  run(code: Reader): void {
    while (code.at < code.end) this.step(code, code.number(1));
    this.note();
  }

  private note(): void {
    const bytes = this.register === RSP ? this.distance : 0;
    const last = this.rows.at(-1);
    if (last && last.offset === this.offset) last.bytes = bytes;
    else if (last?.bytes !== bytes) this.rows.push({ offset: this.offset, bytes });
  }

  private advance(delta: number): void {
    this.note();
    this.offset += delta * this.cie.codeAlign;
  }

  private step(code: Reader, opcode: number): void {
    switch (opcode & 0xc0) {
      case 0x40: return this.advance(opcode & 0x3f); // DW_CFA_advance_loc
      case 0x80: code.uleb(); return; // DW_CFA_offset
      case 0xc0: return; // DW_CFA_restore
    }
    switch (opcode) {
      case 0x00: return; // DW_CFA_nop
      case 0x02: return this.advance(code.number(1)); // DW_CFA_advance_loc1
      case 0x03: return this.advance(code.number(2));
      case 0x04: return this.advance(code.number(4));
      case 0x05: case 0x09: code.uleb(); code.uleb(); return; // offset_extended, register
      case 0x06: case 0x07: case 0x08: case 0x2e: code.uleb(); return; // restore_extended, undefined, same_value, GNU_args_size
      case 0x0a: this.remembered.push([this.register, this.distance]); return; // remember_state
      case 0x0b: [this.register, this.distance] = this.remembered.pop() ?? [RSP, 8]; return; // restore_state
      case 0x0c: this.register = code.uleb(); this.distance = code.uleb(); return; // def_cfa
      case 0x0d: this.register = code.uleb(); return; // def_cfa_register
      case 0x0e: this.distance = code.uleb(); return; // def_cfa_offset
      case 0x0f: this.register = -1; code.at += code.uleb(); return; // def_cfa_expression
      case 0x10: case 0x16: code.uleb(); code.at += code.uleb(); return; // expression, val_expression
      case 0x11: code.uleb(); code.sleb(); return; // offset_extended_sf
    }
    throw new AsoloError('link', `call frame instruction 0x${opcode.toString(16)} is not known`);
  }
}
