// The few packets of GDB's remote serial protocol that a test needs to stand beside a running guest: stop it somewhere,
// change a register, let it go on. Read first: GDB's manual, appendix E, "Remote Protocol"; QEMU's -gdb option.
import { connect, type Socket } from 'node:net';

/** Order of QEMU's x86-64 register packet: 17 registers of 8 bytes come first. */
const REGISTERS = ['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'rsp', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rip'] as const;
export type Register = (typeof REGISTERS)[number];

export class Debugger {
  private readonly socket: Socket;
  private received = '';
  private wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (data: Buffer) => {
      this.received += data.toString('latin1');
      this.wake();
    });
    socket.on('error', () => {});
  }

  /** QEMU listens on the socket (`-gdb unix:PATH,server`) and holds the guest before its first instruction (`-S`). */
  static async attach(path: string): Promise<Debugger> {
    for (let attempt = 0; ; attempt++) {
      try {
        const socket = connect(path);
        await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
        return new Debugger(socket);
      } catch (error) {
        if (attempt === 200) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** Runs until the instruction at the address would be executed. */
  async runTo(address: bigint): Promise<void> {
    await this.ask(`Z1,${address.toString(16)},1`);
    const stop = await this.ask('c');
    if (!/^[ST]05/.test(stop)) throw new Error(`the guest did not stop at ${address.toString(16)} but said '${stop}'`);
    await this.ask(`z1,${address.toString(16)},1`);
  }

  async get(register: Register): Promise<bigint> {
    const at = REGISTERS.indexOf(register) * 16;
    return fromLittleEndian((await this.ask('g')).slice(at, at + 16));
  }

  async set(values: Partial<Record<Register, bigint>>): Promise<void> {
    let all = await this.ask('g');
    for (const [register, value] of Object.entries(values)) {
      const at = REGISTERS.indexOf(register as Register) * 16;
      all = all.slice(0, at) + toLittleEndian(value) + all.slice(at + 16);
    }
    const answer = await this.ask(`G${all}`);
    if (answer !== 'OK') throw new Error(`the registers were refused: ${answer}`);
  }

  async word(address: bigint): Promise<bigint> {
    return fromLittleEndian(await this.ask(`m${address.toString(16)},8`));
  }

  async write(address: bigint, bytes: readonly number[]): Promise<void> {
    const answer = await this.ask(`M${address.toString(16)},${bytes.length.toString(16)}:${Buffer.from(bytes).toString('hex')}`);
    if (answer !== 'OK') throw new Error(`the memory at ${address.toString(16)} was not written: ${answer}`);
  }

  /** Lets the guest run on its own. */
  go(): void {
    this.send('c');
  }

  end(): void {
    this.socket.destroy();
  }

  private send(payload: string): void {
    const sum = [...payload].reduce((total, letter) => total + letter.charCodeAt(0), 0) & 0xff;
    this.socket.write(`+$${payload}#${sum.toString(16).padStart(2, '0')}`);
  }

  private async ask(payload: string): Promise<string> {
    this.received = '';
    this.send(payload);
    for (;;) {
      const packet = /\$([^#]*)#[0-9a-f]{2}/.exec(this.received);
      if (packet) return packet[1]!;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

const fromLittleEndian = (hex: string): bigint => Buffer.from(hex, 'hex').readBigUInt64LE();

function toLittleEndian(value: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return bytes.toString('hex');
}
