// What a person sees while asolo works: one moving line on a terminal, nothing otherwise. Everything goes to
// standard error, so that standard output stays the guest's.
import pc from 'picocolors';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;

export interface Progress {
  /** Names the step that is under way, and how far it is; the time beside it begins anew with another step only. */
  step(text: string, detail?: string): void;
  /** Prints a lasting line that every user should see. */
  say(text: string): void;
  /** Prints a lasting line (only with --verbose). */
  note(text: string): void;
  /** Removes the moving line. Call before anything else is printed. */
  done(): void;
}

export interface ProgressOptions {
  verbose?: boolean;
  stream?: NodeJS.WriteStream;
}

export function createProgress(options: ProgressOptions = {}): Progress {
  const stream = options.stream ?? process.stderr;
  const moving = stream.isTTY === true && process.env['TERM'] !== 'dumb';
  let step = '';
  let current = '';
  let began = 0;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;

  const draw = (): void => {
    const seconds = (Date.now() - began) / 1000;
    const elapsed = seconds >= 1 ? pc.dim(` ${seconds.toFixed(0)} s`) : '';
    const width = (stream.columns ?? 80) - 12;
    stream.write(`\r\x1b[K${pc.cyan(FRAMES[frame++ % FRAMES.length])} ${current.slice(0, width)}${elapsed}`);
  };
  const clear = (): void => {
    if (moving && timer) stream.write('\r\x1b[K');
  };
  return {
    step(text, detail = '') {
      const line = detail ? `${text} (${detail})` : text;
      if (!moving) {
        if (options.verbose) stream.write(`asolo: ${line}\n`);
        return;
      }
      if (text !== step) began = Date.now();
      step = text;
      current = line;
      timer ??= setInterval(draw, FRAME_MS).unref();
      draw();
    },
    say(text) {
      clear();
      stream.write(`asolo: ${text}\n`);
    },
    note(text) {
      if (!options.verbose) return;
      clear();
      stream.write(`${pc.dim(text)}\n`);
    },
    done() {
      clear();
      clearInterval(timer);
      timer = undefined;
    },
  };
}

/** Prints an error the way every command does: one line, then the detail, dimmed. */
export function printError(code: string, message: string, detail = ''): void {
  process.stderr.write(`${pc.bold('asolo:')} ${pc.red(`error[${code}]`)}: ${message}\n`);
  if (detail) process.stderr.write(`${detail.trimEnd().split('\n').map((line) => pc.dim(`  ${line}`)).join('\n')}\n`);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

export function formatDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
