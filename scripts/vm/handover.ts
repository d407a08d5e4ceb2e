// Standard output of the guest comes on two ways: its first bytes on COM1, and where there are many the rest on the console
// device. Both arrive at their own pace; this says when it is the console's turn.

export class Handover {
  private readonly open: () => void;
  private seen = 0;
  private first = Infinity;
  private isOpen = false;

  /** `open` is called once, when the console's bytes may follow. */
  constructor(open: () => void) {
    this.open = open;
  }

  /** So many bytes have come on COM1. */
  came(bytes: number): void {
    this.seen += bytes;
    this.look();
  }

  /** The guest's word: the console follows after `bytes` bytes of COM1. */
  after(bytes: number): void {
    this.first = bytes;
    this.look();
  }

  /** Nothing more comes on COM1. */
  ended(): void {
    this.first = this.seen;
    this.look();
  }

  private look(): void {
    if (this.isOpen || this.seen < this.first) return;
    this.isOpen = true;
    this.open();
  }
}
