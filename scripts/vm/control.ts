// Control lines that the kernel writes to COM3: `ready` (the application asks for input for the first time; what is sent
// before would be lost when the guest sets COM1 up), `console N` (standard input is on the console from now on, and so is
// output after N bytes of COM1), `serial` (both are on COM1 again: the console does not work), `exit N`, `time name=cycles ... hz=N`, `log text`.

export interface BootTime {
  /** Time-stamp counter: first instruction, ring 3, application, exit. */
  entry: bigint;
  kernel: bigint;
  application: bigint;
  exit: bigint;
  hz: bigint;
}

export interface ControlEvents {
  ready?: () => void;
  console?: (bytes: number) => void;
  serial?: () => void;
  exit?: (status: number) => void;
  time?: (time: BootTime) => void;
  log?: (text: string) => void;
}

/** Takes COM3's bytes in pieces of any size and reports whole lines. */
export class ControlReader {
  private readonly events: ControlEvents;
  private rest = '';
  private readonly decoder = new TextDecoder();

  constructor(events: ControlEvents) {
    this.events = events;
  }

  push(bytes: Uint8Array): void {
    const lines = (this.rest + this.decoder.decode(bytes, { stream: true })).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) this.line(line.replace(/\r$/, ''));
  }

  private line(line: string): void {
    const [word = '', text = ''] = split(line);
    if (word === 'exit' && /^\d{1,10}$/.test(text)) this.events.exit?.(Number(text) & 0xff);
    else if (word === 'ready') this.events.ready?.();
    else if (word === 'console' && /^\d{1,10}$/.test(text)) this.events.console?.(Number(text));
    else if (word === 'serial') this.events.serial?.();
    else if (word === 'time') {
      const time = parseTime(text);
      if (time) this.events.time?.(time);
    } else if (word === 'log') this.events.log?.(text);
  }
}

function split(line: string): [string, string] {
  const at = line.indexOf(' ');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}

function parseTime(text: string): BootTime | undefined {
  const values: Record<string, bigint> = {};
  for (const [, name, value] of text.matchAll(/(\w+)=(\d+)/g)) values[name!] = BigInt(value!);
  const { entry, kernel, application, exit, hz } = values;
  if (entry === undefined || kernel === undefined || application === undefined || exit === undefined || !hz) return undefined;
  return { entry, kernel, application, exit, hz };
}
