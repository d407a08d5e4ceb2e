// Preview 1's listening sockets, and waiting for many, on the simulated machine with a network device and a peer that has a
// stack of its own: assembly/wasi/sock.ts, listeners.ts, poll.ts and assembly/sockets/. Connections: sockets.test.ts.
import { describe, expect, test } from 'vitest';
import { accept, bytesOf, connected, inside, LISTENER, NONBLOCK, OUT, poll, RD, receive, send, textOf } from '../support/machine/sockets.ts';

const [SUCCESS, AGAIN, BADF, INVAL, MFILE, NOTCONN, NOTSUP, NOTCAPABLE] = [0, 6, 8, 28, 33, 53, 58, 76];

describe('a listening socket', () => {
  test('is descriptor 3, before the directories, and a stream socket', async () => {
    await inside((app) => {
      for (const [fd, type] of [[3, 6], [4, 6], [5, 3]] as const) {
        expect(app.wasi['fd_fdstat_get']!(fd, OUT)).toBe(SUCCESS);
        expect(app.view.getUint8(OUT)).toBe(type);
      }
      // Of no kind that there is: C libraries look at the next, where an error would end the list of directories.
      expect(app.wasi['fd_prestat_get']!(3, OUT)).toBe(SUCCESS);
      expect(app.view.getUint8(OUT)).toBe(1);
      expect(app.wasi['fd_prestat_dir_name']!(3, OUT, 0)).toBe(BADF);
      expect(app.wasi['fd_prestat_get']!(5, OUT)).toBe(SUCCESS);
      expect(app.wasi['fd_filestat_get']!(3, OUT)).toBe(SUCCESS);
      expect(app.view.getUint8(OUT + 16)).toBe(6);
    }, { commandLine: 'tcplisten=10.0.0.1:81' });
  });

  test('waits, asleep, for a connection', async () => {
    await inside((app, net) => {
      net.later(500, () => net.connect());
      const halts = net.machine.halts;
      expect(accept(app)).toBe(5);
      expect(net.machine.clock.now).toBeGreaterThan(500e6);
      expect(net.machine.halts - halts).toBeLessThan(30);
    });
  });

  test('that does not block says EAGAIN, and accepts later', async () => {
    await inside((app, net) => {
      expect(app.wasi['fd_fdstat_set_flags']!(LISTENER, NONBLOCK)).toBe(SUCCESS);
      expect(accept(app)).toBe(-AGAIN);
      net.connect();
      net.pass(10);
      expect(accept(app)).toBe(-AGAIN);
      net.pass(10);
      expect(accept(app)).toBe(5);
    });
  });

  test('does not block from the start where the command line says so, as Go programs expect', async () => {
    await inside((app, net) => {
      app.wasi['fd_fdstat_get']!(LISTENER, OUT);
      expect(app.view.getUint16(OUT + 2, true)).toBe(NONBLOCK);
      expect(accept(app)).toBe(-AGAIN);
      net.connect();
      net.pass(10);
      accept(app);
      net.pass(10);
      const fd = accept(app);
      expect(fd).toBe(5);
      app.wasi['fd_fdstat_get']!(fd, OUT);
      expect(app.view.getUint16(OUT + 2, true)).toBe(0);
    }, { commandLine: 'listeners=nonblock' });
    await inside((app) => {
      app.wasi['fd_fdstat_get']!(LISTENER, OUT);
      expect(app.view.getUint16(OUT + 2, true)).toBe(0);
    }, { commandLine: 'listeners=nonblock listeners=block' });
  });

  test('gives connections the flags that are asked for', async () => {
    await inside((app, net) => {
      const { fd } = connected(app, net, NONBLOCK);
      expect(receive(app, fd, 10)).toBe(AGAIN);
      expect(accept(app, LISTENER, 32)).toBe(-INVAL);
      expect(accept(app, LISTENER, 2)).toBe(-NOTSUP);
    });
  });

  test('takes no data and has no peer', async () => {
    await inside((app) => {
      expect(receive(app, LISTENER, 1)).toBe(NOTCONN);
      expect(send(app, LISTENER, 'x')).toBe(-NOTCONN);
      expect(app.read(LISTENER, 1)).toBe(NOTCONN);
      expect(app.write(LISTENER, 'x')).toBe(NOTCONN);
      expect(app.wasi['sock_shutdown']!(LISTENER, RD)).toBe(NOTCONN);
    });
  });

  test('that is closed refuses, and its number is free for others', async () => {
    await inside((app, net) => {
      expect(app.wasi['fd_close']!(LISTENER)).toBe(SUCCESS);
      expect(accept(app)).toBe(-BADF);
      const refused = net.connect();
      expect(poll(app, [], 50)).toHaveLength(1);
      expect(refused.error).toBe(3);
    });
  });

  test('without the right to accept is ENOTCAPABLE; a descriptor too many is EMFILE', async () => {
    await inside((app, net) => {
      net.connect();
      for (let fd = accept(app); fd !== -MFILE; fd = accept(app)) net.connect();
      expect(app.wasi['fd_fdstat_set_rights']!(LISTENER, 0n, 0n)).toBe(SUCCESS);
      expect(accept(app)).toBe(-NOTCAPABLE);
      expect(poll(app, [LISTENER])).toMatchObject([{ error: NOTCAPABLE }]);
    }, { memory: '64M', peerMemory: 0x800000 });
  });
});

describe('poll_oneoff', () => {
  test('wakes for whichever of many sockets is ready, and for time', async () => {
    await inside((app, net) => {
      const all = Array.from({ length: 30 }, () => connected(app, net));
      const fds = all.map(({ fd }) => fd);
      expect(poll(app, [LISTENER, ...fds], 20)).toMatchObject([{ type: 0 }]);
      for (const i of [7, 23]) {
        net.later(10, () => all[i]!.peer.write(bytesOf('hello')));
        expect(poll(app, [LISTENER, ...fds], 1000)).toMatchObject([{ userdata: fds[i], type: 1, error: 0, bytes: 5, flags: 0 }]);
        app.read(fds[i]!, 5);
      }
      net.later(10, () => net.connect());
      expect(poll(app, [LISTENER, ...fds], 1000)).toMatchObject([{ userdata: LISTENER, type: 1 }]);
      net.later(10, () => all[3]!.peer.abort());
      accept(app);
      expect(poll(app, [LISTENER, ...fds], 1000)).toMatchObject([{ userdata: fds[3], type: 1, error: 0, flags: 1 }]);
    });
  });

  test('on standard input or a clock alone lets the network go on', async () => {
    await inside((app, net) => {
      net.later(1, () => net.connect());
      net.machine.clock.after(300e6, () => net.machine.bus.uarts[0]!.type([0x41]));
      expect(textOf(app.read(0, 1))).toBe('A');
      expect(net.peer.counter(6)).toBe(1);
    });
  });
});
