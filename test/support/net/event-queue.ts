// What is to happen when: a binary heap, earliest first; of one moment, in the order in which it was pushed.
interface Event { at: number; order: number; run: () => void }

export class EventQueue {
  readonly #heap: Event[] = [];
  #order = 0;

  /** When the earliest is due; Infinity if there is none. */
  get next(): number { return this.#heap[0]?.at ?? Infinity; }

  push(at: number, run: () => void): void {
    const heap = this.#heap;
    heap.push({ at, order: this.#order++, run });
    for (let i = heap.length - 1; i > 0;) {
      const above = (i - 1) >> 1;
      if (!isEarlier(heap[i]!, heap[above]!)) break;
      [heap[i], heap[above]] = [heap[above]!, heap[i]!];
      i = above;
    }
  }

  /** Runs what is due, what it adds for then included. */
  runUntil(time: number): void {
    while (this.next <= time) this.#pop().run();
  }

  #pop(): Event {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let i = 0; ;) {
      let least = i;
      for (const below of [2 * i + 1, 2 * i + 2]) if (below < heap.length && isEarlier(heap[below]!, heap[least]!)) least = below;
      if (least === i) return first;
      [heap[i], heap[least]] = [heap[least]!, heap[i]!];
      i = least;
    }
  }
}

function isEarlier(left: Event, right: Event): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}
