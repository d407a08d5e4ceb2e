// Preview 1's connections on the simulated machine, with a network device and a peer that has a stack of its own:
// assembly/wasi/sock.ts and sock-data.ts. The application's side is what a test runs; what the peer does meanwhile is
// scheduled. Listening and polling: socket-listeners.test.ts.
import { describe, expect, test } from 'vitest';
import { accept, connected, DATA, inside, NONBLOCK, bytesOf, noise, OUT, PEEK, poll, RD, receive, send, textOf, VECTORS, WAITALL, WR } from '../support/machine/sockets.ts';

const [SUCCESS, AGAIN, BADF, CONNRESET, FAULT, INVAL, NOTCONN, NOTSOCK, PIPE, SPIPE, TIMEDOUT, NOTCAPABLE] = [0, 6, 8, 15, 21, 28, 53, 57, 64, 70, 73, 76];

describe('a connection', () => {
  test('carries bytes both ways, with the calls of files and of sockets', async () => {
    await inside((app, net) => {
      const { fd, peer } = connected(app, net);
      net.later(20, () => peer.write(bytesOf('ping')));
      expect(textOf(receive(app, fd, 100))).toBe('ping');
      expect(send(app, fd, 'pong')).toBe(4);
      expect(app.write(fd, '!')).toBe(SUCCESS);
      // The second waits for the first to be acknowledged (RFC 9293 §3.7.4).
      net.later(100, () => {
        expect(textOf(peer.read())).toBe('pong!');
        peer.write(bytesOf('again'));
      });
      expect(textOf(app.read(fd, 3))).toBe('aga');
      expect(textOf(app.read(fd, 3))).toBe('in');
    });
  });

  test('carries far more than its buffers, through several vectors', async () => {
    await inside((app, net) => {
      const { fd, peer } = connected(app, net);
      const data = noise(100_000);
      app.memory.set(data, DATA);
      const got: Uint8Array[] = [];
      const drain = (): void => {
        got.push(peer.read().slice());
        net.later(5, drain);
      };
      net.later(100, drain);
      for (let i = 0; i < 20; i++) {
        [[DATA, 1], [DATA + 1, 0], [DATA + 1, 49_999], [DATA + 50_000, 50_000]].forEach(([at, length], k) => app.vector(VECTORS + 8 * k, at!, length!));
        expect(app.wasi['fd_write']!(fd, VECTORS, 4, OUT)).toBe(SUCCESS);
        expect(app.u32(OUT)).toBe(100_000);
      }
      expect(app.wasi['fd_close']!(fd)).toBe(SUCCESS);
      poll(app, [], 500);
      const all = Buffer.concat(got);
      expect(all.length).toBe(2_000_000);
      for (let i = 0; i < 20; i++) expect(all.subarray(i * 100_000, (i + 1) * 100_000).equals(data)).toBe(true);
    });
  });

  test('that does not block takes what there is room for, then says EAGAIN, and is writable again later', async () => {
    await inside((app, net) => {
      const { fd, peer } = connected(app, net, NONBLOCK);
      let sent = 0;
      for (let bytes = 0; bytes >= 0; bytes = send(app, fd, noise(60_000))) sent += bytes;
      expect(send(app, fd, 'x')).toBe(-AGAIN);
      expect(sent).toBeGreaterThan(100_000);
      // Until the peer has taken all that it will, too.
      while (poll(app, [-fd], 500)[0]!.type !== 0) for (let bytes = send(app, fd, noise(60_000)); bytes >= 0; bytes = send(app, fd, noise(60_000))) sent += bytes;
      let read = 0;
      const drain = (): void => {
        read += peer.read().length;
        if (read < sent) net.later(1, drain);
      };
      net.later(10, drain);
      expect(poll(app, [-fd], 1000)).toMatchObject([{ userdata: fd, type: 2, error: 0, flags: 0 }]);
      poll(app, [], 1000);
      expect(read).toBe(sent);
    });
  });

  test('is peeked at without losing anything, across the end of its ring, too', async () => {
    await inside((app, net) => {
      const { fd, peer } = connected(app, net);
      for (let i = 0; i < 5; i++) {
        const data = noise(3000 + i);
        net.later(5, () => peer.write(data));
        poll(app, [fd]);
        poll(app, [], 5);
        expect(receive(app, fd, 10, PEEK)).toEqual(data.slice(0, 10));
        expect(receive(app, fd, 5000, PEEK | WAITALL)).toEqual(data);
        expect(receive(app, fd, 1000)).toEqual(data.slice(0, 1000));
        expect(receive(app, fd, 5000, PEEK)).toEqual(data.slice(1000));
        expect(receive(app, fd, 5000)).toEqual(data.slice(1000));
      }
    });
  });

  test('waits for all bytes with WAITALL, or for the end', async () => {
    await inside((app, net) => {
      const { fd, peer } = connected(app, net);
      for (let i = 0; i < 4; i++) net.later(10 * (i + 1), () => peer.write(bytesOf('abc')));
      expect(textOf(receive(app, fd, 8, WAITALL))).toBe('abcabcab');
      net.later(100, () => peer.shutdown());
      expect(textOf(receive(app, fd, 8, WAITALL))).toBe('cabc');
      expect(receive(app, fd, 8, WAITALL)).toHaveLength(0);
    });
  });

  test('reads nothing at the end, however often, and can still write', async () => {
    await inside((app, net) => {
      const { fd, peer } = connected(app, net);
      net.later(5, () => peer.shutdown());
      for (let i = 0; i < 3; i++) expect(app.read(fd, 10)).toHaveLength(0);
      expect(poll(app, [fd])).toMatchObject([{ bytes: 0, flags: 0, error: 0 }]);
      expect(send(app, fd, 'late')).toBe(4);
      expect(app.wasi['sock_shutdown']!(fd, WR)).toBe(SUCCESS);
      poll(app, [], 10);
      expect(textOf(peer.read())).toBe('late');
      expect(peer.isAtEnd).toBe(true);
      expect(poll(app, [fd])).toMatchObject([{ flags: 1 }]);
    });
  });

  test('that was shut down for writing is EPIPE; for reading it is at its end', async () => {
    await inside((app, net) => {
      const { fd } = connected(app, net);
      expect(app.wasi['sock_shutdown']!(fd, WR)).toBe(SUCCESS);
      expect(send(app, fd, 'x')).toBe(-PIPE);
      expect(app.wasi['sock_shutdown']!(fd, RD)).toBe(SUCCESS);
      expect(receive(app, fd, 1)).toHaveLength(0);
    });
  });

  test('that was reset says so once, then is at its end and EPIPE', async () => {
    await inside((app, net) => {
      const { fd, peer } = connected(app, net);
      net.later(10, () => peer.abort());
      expect(receive(app, fd, 10)).toBe(CONNRESET);
      expect(receive(app, fd, 10)).toHaveLength(0);
      expect(send(app, fd, 'x')).toBe(-PIPE);
      expect(app.wasi['sock_shutdown']!(fd, WR)).toBe(NOTCONN);
      expect(poll(app, [fd, -fd])).toMatchObject([{ flags: 1 }, { flags: 1 }]);
    });
  });

  test('that was reset while it waits to write says so', async () => {
    await inside((app, net) => {
      const { fd, peer } = connected(app, net);
      net.later(200, () => peer.abort());
      while (send(app, fd, noise(60_000)) === 60_000);
      expect(send(app, fd, 'x')).toBe(-CONNRESET);
      expect(send(app, fd, 'x')).toBe(-PIPE);
    });
  });

  test('whose peer is gone is ETIMEDOUT after minutes, not never', async () => {
    await inside((app, net) => {
      const { fd } = connected(app, net);
      net.isCut = true;
      expect(send(app, fd, 'x')).toBe(1);
      expect(receive(app, fd, 1)).toBe(TIMEDOUT);
      expect(net.machine.clock.now).toBeGreaterThan(100e9);
      expect(net.machine.clock.now).toBeLessThan(400e9);
    });
  });

  test('is no listener, no file, and knows only the flags that there are', async () => {
    await inside((app, net) => {
      const { fd } = connected(app, net);
      expect(accept(app, fd)).toBe(-INVAL);
      expect(accept(app, 1)).toBe(-NOTSOCK);
      expect(accept(app, 99)).toBe(-BADF);
      expect(receive(app, fd, 1, 4)).toBe(INVAL);
      expect(send(app, fd, 'x', 1)).toBe(-INVAL);
      expect(app.wasi['sock_shutdown']!(fd, 0)).toBe(INVAL);
      expect(app.wasi['sock_shutdown']!(fd, 4)).toBe(INVAL);
      expect(app.wasi['fd_seek']!(fd, 0n, 0, OUT)).toBe(SPIPE);
      expect(app.wasi['fd_pread']!(fd, VECTORS, 0, 0n, OUT)).toBe(SPIPE);
      expect(app.wasi['fd_sync']!(fd)).toBe(INVAL);
      expect(app.wasi['sock_recv']!(fd, VECTORS, 1, 0, 0xffff_fffe, OUT)).toBe(FAULT);
      app.vector(VECTORS, 0xffff_0000, 4);
      expect(app.wasi['sock_recv']!(fd, VECTORS, 1, 0, OUT, OUT)).toBe(FAULT);
      expect(app.wasi['sock_send']!(fd, VECTORS, 1, 0, OUT)).toBe(FAULT);
    });
  });

  test('without a right is ENOTCAPABLE', async () => {
    await inside((app, net) => {
      const { fd } = connected(app, net);
      expect(app.wasi['fd_fdstat_set_rights']!(fd, 0n, 0n)).toBe(SUCCESS);
      expect(receive(app, fd, 1)).toBe(NOTCAPABLE);
      expect(send(app, fd, 'x')).toBe(-NOTCAPABLE);
      expect(app.wasi['sock_shutdown']!(fd, WR)).toBe(NOTCAPABLE);
    });
  });

  test('moves with fd_renumber, and closes what was there', async () => {
    await inside((app, net) => {
      const first = connected(app, net);
      const second = connected(app, net);
      expect(app.wasi['fd_renumber']!(second.fd, first.fd)).toBe(SUCCESS);
      expect(send(app, second.fd, 'x')).toBe(-BADF);
      expect(send(app, first.fd, 'moved')).toBe(5);
      poll(app, [], 10);
      expect(textOf(second.peer.read())).toBe('moved');
      expect(first.peer.isAtEnd).toBe(true);
    });
  });
});
