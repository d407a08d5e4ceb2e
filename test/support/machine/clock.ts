// Simulated time: nanoseconds since the machine was switched on, and what is due when. Time passes only because the
// kernel does something that costs time (a port access, an exit) or halts; no test depends on how fast the host is.

interface Event { readonly at: number; readonly action: () => void }

export class Clock {
  /** Now, in ns. */
  now = 0;
  #events: Event[] = [];

  /** Has `action` called when `delay` ns have passed; the function returned takes that back. */
  after(delay: number, action: () => void): () => void {
    const event = { at: this.now + delay, action };
    this.#events.push(event);
    return () => { this.#events = this.#events.filter((other) => other !== event); };
  }

  /** Lets `duration` ns pass; what falls due on the way happens at its moment. */
  pass(duration: number): void {
    const end = this.now + duration;
    for (let next = this.#next(); next !== undefined && next.at <= end; next = this.#next()) this.#happen(next);
    this.now = end;
  }

  /** Goes straight to the next event; false if nothing will ever happen. */
  skip(): boolean {
    const next = this.#next();
    if (next !== undefined) this.#happen(next);
    return next !== undefined;
  }

  #next(): Event | undefined {
    let next: Event | undefined;
    for (const event of this.#events) if (next === undefined || event.at < next.at) next = event;
    return next;
  }

  #happen(event: Event): void {
    this.#events = this.#events.filter((other) => other !== event);
    this.now = Math.max(this.now, event.at);
    event.action();
  }
}
