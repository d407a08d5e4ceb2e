// What a command works with: the cache, the progress line, and the promise that nothing half-made is left behind when
// the command fails or is told to end.
import { Cache } from './cache.ts';
import { createProgress, type Progress } from './log.ts';
import { dropUnfinished } from './output.ts';
import { cacheDirectory } from './paths.ts';
import { killCommands, traceCommands } from './run-command.ts';

export interface Session {
  cache: Cache;
  progress: Progress;
}

const SIGNALS: readonly [NodeJS.Signals, number][] = [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]];

/** Runs a piece of work with a session; cleans up however it ends. */
export async function withSession<T>(verbose: boolean, work: (session: Session) => Promise<T>): Promise<T> {
  const session: Session = { cache: new Cache(cacheDirectory()), progress: createProgress({ verbose }) };
  traceCommands((line) => session.progress.note(line));
  const cleanUp = (): void => {
    session.progress.done();
    killCommands();
    session.cache.dropAll();
    dropUnfinished();
  };
  const listeners = SIGNALS.map(([signal, status]) => {
    const listener = (): void => {
      cleanUp();
      process.exit(status);
    };
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  try {
    return await work(session);
  } finally {
    for (const [signal, listener] of listeners) process.off(signal, listener);
    cleanUp();
  }
}
