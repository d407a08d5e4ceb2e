// UDP sockets and names, by WAMR's calls, on the simulated machine with a peer that echoes, and serves names and addresses:
// assembly/wasi/sock-datagrams.ts, sock-resolve.ts, wamr-resolve.ts, assembly/sockets/await.ts.
import { describe, expect, test } from 'vitest';
import type { Application } from '../support/machine/application.ts';
import { noise, OUT, PEEK, poll, receive, send, textOf } from '../support/machine/sockets.ts';
import { OWN, PEER, type NetworkMachine } from '../support/machine/network-machine.ts';
import { bind, close, connect, DGRAM, localName, online, open, option, OPTION, peerName, receiveFrom, resolve, sendTo, setNonblocking, setOption, STREAM } from '../support/machine/wamr.ts';
import { Datagrams } from '../support/net/datagrams.ts';
import { DHCP, dhcpReply, option as dhcpOption, readDhcp } from '../support/net/dhcp-server.ts';
import { dnsResponse, readQuestion } from '../support/net/dns-server.ts';
import { BROADCAST, parse, udpFrame } from '../support/net/frames.ts';

const [SUCCESS, ACCES, ADDRINUSE, AGAIN, CONNREFUSED, DESTADDRREQ, FAULT, INVAL] = [0, 2, 3, 6, 14, 17, 21, 28];
const [MSGSIZE, NAMETOOLONG, NETUNREACH, NOTCONN] = [35, 37, 40, 53];

/** The peer sends back what comes to port 7. */
function echo(net: NetworkMachine): void {
  const socket = new Datagrams(net.peer, 7);
  net.onHeard = () => {
    for (let got = socket.receive(); got !== undefined; got = socket.receive()) socket.send(got.from, got.port, got.data);
  };
}

/** The peer is the name server: one.test has an address, two.test two, all else none. */
function serveNames(net: NetworkMachine): () => number {
  const socket = new Datagrams(net.peer, 53);
  let asked = 0;
  net.onHeard = () => {
    for (let got = socket.receive(); got !== undefined; got = socket.receive()) {
      asked++;
      const question = readQuestion({ ipv4: { destination: PEER, udp: { destinationPort: 53, sourcePort: got.port, payload: got.data } } } as never)!;
      const addresses = { 'one.test': ['192.0.2.1'], 'two.test': ['192.0.2.1', '192.0.2.2'] }[question.name] ?? [];
      socket.send(got.from, got.port, dnsResponse({
        id: question.id, name: question.name, code: addresses.length === 0 ? 3 : 0, answers: addresses.map((address) => ({ name: question.name, address })),
      }));
    }
  };
  return () => asked;
}

describe('a datagram', () => {
  test('goes and comes whole, with the address it is from', async () => {
    await online((app, net) => {
      echo(net);
      const fd = open(app, DGRAM);
      for (const bytes of [0, 1, 1472, 1473, 30_000]) {
        const data = noise(bytes);
        expect(sendTo(app, fd, data, PEER, 7)).toBe(bytes);
        const got = receiveFrom(app, fd, 65_536) as { data: Uint8Array };
        expect(got.data).toEqual(data);
        expect(got).toMatchObject({ from: { host: PEER, port: 7 } });
      }
      expect(localName(app, fd)).toMatchObject({ host: '0.0.0.0' });
    });
  });

  test('of the largest size goes over the loopback; one byte more is EMSGSIZE', async () => {
    await online((app) => {
      const fd = open(app, DGRAM);
      expect(bind(app, fd, '0.0.0.0', 9)).toBe(SUCCESS);
      const data = noise(65_507);
      expect(sendTo(app, fd, data, '127.0.0.1', 9)).toBe(65_507);
      const got = receiveFrom(app, fd, 65_536) as { data: Uint8Array };
      expect(Buffer.from(got.data).equals(data)).toBe(true);
      expect(sendTo(app, fd, noise(65_508), '127.0.0.1', 9)).toBe(-MSGSIZE);
    });
  });

  test('that does not fit is cut, and its rest is gone; looking leaves it', async () => {
    await online((app, net) => {
      echo(net);
      const fd = open(app, DGRAM);
      expect(sendTo(app, fd, 'abcdef', PEER, 7)).toBe(6);
      expect(sendTo(app, fd, 'next', PEER, 7)).toBe(4);
      expect(textOf((receiveFrom(app, fd, 3, PEEK) as { data: Uint8Array }).data)).toBe('abc');
      expect(textOf(receive(app, fd, 4))).toBe('abcd');
      expect(app.view.getUint16(OUT + 4, true)).toBe(1);
      expect(textOf(receive(app, fd, 4))).toBe('next');
      expect(app.view.getUint16(OUT + 4, true)).toBe(0);
    });
  });

  test('is waited for as long as SO_RCVTIMEO says, and not at all without blocking', async () => {
    await online((app, net) => {
      const fd = open(app, DGRAM);
      expect(setOption(app, fd, OPTION.receiveTimeout, 100_000)).toBe(SUCCESS);
      const began = net.machine.clock.now;
      expect(receiveFrom(app, fd, 1)).toBe(AGAIN);
      expect(net.machine.clock.now - began).toBeGreaterThan(99e6);
      expect(net.machine.clock.now - began).toBeLessThan(110e6);
      setNonblocking(app, fd);
      expect([receiveFrom(app, fd, 1), receive(app, fd, 1)]).toEqual([AGAIN, AGAIN]);
    });
  });

  test('wakes poll_oneoff, which says how long it is', async () => {
    await online((app, net) => {
      const peer = new Datagrams(net.peer, 7);
      const [fd, other] = [open(app, DGRAM), open(app, DGRAM)];
      bind(app, fd, OWN, 9);
      expect(poll(app, [fd, other], 10)).toMatchObject([{ type: 0 }]);
      net.later(20, () => { peer.send(OWN, 9, noise(33)); });
      expect(poll(app, [fd, other], 1000)).toMatchObject([{ userdata: fd, type: 1, bytes: 33, flags: 0 }]);
      expect(poll(app, [-fd])).toMatchObject([{ userdata: fd, type: 2, error: 0 }]);
    });
  });

  test('that finds a queue full is dropped, and the machine goes on', async () => {
    await online((app, net) => {
      echo(net);
      const fd = open(app, DGRAM);
      expect(sendTo(app, fd, 'who are you', PEER, 7)).toBe(11);
      receiveFrom(app, fd, 100);
      for (let i = 0; i < 200; i++) expect(sendTo(app, fd, noise(1400), PEER, 7)).toBe(1400);
      poll(app, [], 10);
      setNonblocking(app, fd);
      let got = 0;
      while (typeof receiveFrom(app, fd, 2000) === 'object') got++;
      expect(got).toBe(48);
      expect([close(app, fd), open(app, DGRAM)]).toEqual([SUCCESS, fd]);
    });
  });
});

test('a datagram that was sent last still leaves when the application has ended', async () => {
  const heard: string[] = [];
  await online((app, net) => {
    const peer = new Datagrams(net.peer, 7);
    net.onHeard = () => {
      for (let got = peer.receive(); got !== undefined; got = peer.receive()) heard.push(new TextDecoder().decode(got.data));
    };
    // Nobody has asked for the peer's MAC address yet; one that is not there is not waited for long.
    expect(sendTo(app, open(app, DGRAM), 'last words', PEER, 7)).toBe(10);
    expect(sendTo(app, open(app, DGRAM), 'to nobody', '10.0.0.77', 7)).toBe(9);
    expect(heard).toEqual([]);
  });
  expect(heard).toEqual(['last words']);
});

describe('a UDP socket', () => {
  test('that is connected sends without an address, and hears one peer and its errors', async () => {
    await online((app, net) => {
      echo(net);
      const stranger = new Datagrams(net.peer, 8);
      const fd = open(app, DGRAM);
      expect([send(app, fd, 'x'), app.write(fd, 'x'), peerName(app, fd)]).toEqual([-DESTADDRREQ, DESTADDRREQ, NOTCONN]);
      expect(connect(app, fd, PEER, 7)).toBe(SUCCESS);
      expect(peerName(app, fd)).toEqual({ host: PEER, port: 7 });
      const { host, port } = localName(app, fd) as { host: string; port: number };
      expect(host).toBe(OWN);
      net.later(1, () => { stranger.send(OWN, port, noise(3)); });
      poll(app, [], 5);
      expect(send(app, fd, 'hello')).toBe(5);
      expect(textOf(app.read(fd, 10))).toBe('hello');
      expect(connect(app, fd, PEER, 99)).toBe(SUCCESS);
      expect(app.write(fd, 'x')).toBe(SUCCESS);
      expect(receive(app, fd, 1)).toBe(CONNREFUSED);
      expect(send(app, fd, 'x')).toBe(1);
      poll(app, [fd], 100);
      expect([option(app, fd, OPTION.error), option(app, fd, OPTION.error)]).toEqual([CONNREFUSED, SUCCESS]);
    });
  });

  test('sends nowhere without a route or a port, and to all only when that is allowed', async () => {
    await online((app, net) => {
      const peer = new Datagrams(net.peer, 7);
      const fd = open(app, DGRAM);
      expect([sendTo(app, fd, 'x', '192.0.2.1', 7), sendTo(app, fd, 'x', PEER, 0), connect(app, fd, '192.0.2.1', 7)]).toEqual([-NETUNREACH, -INVAL, NETUNREACH]);
      for (const host of ['255.255.255.255', '10.0.0.255']) {
        expect(sendTo(app, fd, 'x', host, 7)).toBe(-ACCES);
      }
      expect(setOption(app, fd, OPTION.broadcast, 1)).toBe(SUCCESS);
      expect(sendTo(app, fd, 'all', '10.0.0.255', 7)).toBe(3);
      net.pass(5);
      expect(peer.receive()).toMatchObject({ from: OWN, data: new TextEncoder().encode('all') });
    });
  });

  test('shares an address with others if all want to', async () => {
    await online((app) => {
      const fds = [open(app, DGRAM), open(app, DGRAM), open(app, DGRAM)];
      for (const fd of fds.slice(0, 2)) expect(setOption(app, fd, OPTION.reuseAddress, 1)).toBe(SUCCESS);
      expect(fds.map((fd) => bind(app, fd, '0.0.0.0', 9))).toEqual([SUCCESS, SUCCESS, ADDRINUSE]);
    });
  });
});

describe('a name', () => {
  test('has the addresses that the name server says, for each type of socket', async () => {
    await online((app, net) => {
      serveNames(net);
      expect(resolve(app, 'one.test', '80')).toEqual({ found: 2, names: [STREAM, DGRAM].map((type) => ({ host: '192.0.2.1', port: 80, type })) });
      expect(resolve(app, 'two.test', 'https', { type: STREAM })).toEqual({ found: 2, names: ['192.0.2.1', '192.0.2.2'].map((host) => ({ host, port: 443, type: STREAM })) });
      expect(resolve(app, 'two.test', '', { type: -1, family: 2 }, 1)).toEqual({ found: 4, names: [{ host: '192.0.2.1', port: 0, type: STREAM }] });
      expect(resolve(app, 'none.test', '')).toEqual({ found: 0, names: [] });
      expect(resolve(app, 'one.test', '', { type: STREAM, family: 1 })).toEqual({ found: 0, names: [] });
    }, { commandLine: `dns=${PEER}` });
  });

  test('that is numeric, or localhost, is no question for anybody', async () => {
    await online((app, net) => {
      const asked = serveNames(net);
      expect(resolve(app, '192.0.2.9', '7', { type: DGRAM })).toEqual({ found: 1, names: [{ host: '192.0.2.9', port: 7, type: DGRAM }] });
      expect(resolve(app, 'localhost', '', { type: STREAM })).toEqual({ found: 1, names: [{ host: '127.0.0.1', port: 0, type: STREAM }] });
      expect(asked()).toBe(0);
    }, { commandLine: `dns=${PEER}` });
  });

  test('that no server answers for is EAGAIN, at once where there is none to ask', async () => {
    await online((app, net) => {
      expect(resolve(app, 'one.test', '')).toBe(AGAIN);
      expect(net.machine.clock.now).toBeLessThan(1e9);
    });
    await online((app, net) => {
      expect(resolve(app, 'one.test', '')).toBe(AGAIN);
      expect(net.machine.clock.now).toBeLessThan(30e9);
    }, { commandLine: 'dns=10.0.0.77' });
  });

  test('must be a text that ends, and no longer than a name can be; a port must be one', async () => {
    await online((app) => {
      expect([resolve(app, 'a'.repeat(254), ''), resolve(app, 'a'.repeat(256), ''), resolve(app, '', '80')]).toEqual([INVAL, NAMETOOLONG, INVAL]);
      expect([resolve(app, '127.0.0.1', '65536'), resolve(app, '127.0.0.1', 'gopher'), resolve(app, '127.0.0.1', '', { type: 7 })]).toEqual([INVAL, INVAL, INVAL]);
      const call = (host: number, service: number): number => app.wamr['sock_addr_resolve']!(host, service, 0x700, 0x8000, 4, OUT);
      const end = app.memory.length;
      app.memory.fill(0x61, end - 10);
      app.memory[0x4000] = 0;
      expect([call(end - 10, 0x4000), call(end, 0x4000), call(0x4000, end - 1)]).toEqual([FAULT, FAULT, FAULT]);
      expect(app.wamr['sock_addr_resolve']!(0x4000, 0x4000, 0x700, end - 27, 1, OUT)).toBe(FAULT);
      expect(app.wamr['sock_addr_resolve']!(0x4000, 0x4000, 0x700, 0x8000, 0xffff_ffff | 0, OUT)).toBe(FAULT);
    });
  });
});

describe('without an address yet', () => {
  /** The peer gives 10.0.0.1 away after a while, to whoever asks. */
  function serveAddresses(net: NetworkMachine, after: number): void {
    net.onHeard = (frame) => {
      const message = readDhcp(parse(frame));
      if (message === undefined || net.machine.clock.now < after) return;
      const payload = dhcpReply({
        mac: message.mac, transaction: message.transaction, type: message.type === DHCP.discover ? DHCP.offer : DHCP.ack, address: OWN, server: PEER, lease: 3600,
        options: dhcpOption(1, '255.255.255.0'),
      });
      const path = { fromMac: '52:54:00:00:00:02', toMac: BROADCAST, from: PEER, to: '255.255.255.255' };
      net.device.deliver(udpFrame(path, { sourcePort: 67, destinationPort: 68 }, payload));
    };
  }

  test.each([
    ['connecting', (app: Application) => { expect(connect(app, open(app), PEER, 99)).toBe(CONNREFUSED); }],
    ['sending', (app: Application) => { expect(sendTo(app, open(app, DGRAM), 'x', PEER, 99)).toBe(1); }],
    ['binding', (app: Application) => { expect(bind(app, open(app), OWN, 99)).toBe(SUCCESS); }],
  ])('%s waits for DHCP', async (_what, action) => {
    await online((app, net) => {
      serveAddresses(net, 2e9);
      action(app);
      expect(net.machine.clock.now).toBeGreaterThan(2e9);
    }, { isUnconfigured: true });
  });

  test('looking up a name waits for DHCP, also where the command line names the server', async () => {
    await online((app, net) => {
      serveNames(net);
      const names = net.onHeard;
      serveAddresses(net, 2e9);
      const addresses = net.onHeard;
      net.onHeard = (frame) => { names(frame); addresses(frame); };
      expect(resolve(app, 'one.test', '', { type: 1 })).toMatchObject({ found: 1 });
      expect(net.machine.clock.now).toBeGreaterThan(2e9);
    }, { isUnconfigured: true, commandLine: `dns=${PEER}` });
  });

  test('connecting is ENETUNREACH after some seconds, and then at once', async () => {
    await online((app, net) => {
      expect(connect(app, open(app), PEER, 99)).toBe(NETUNREACH);
      const then = net.machine.clock.now;
      expect(then).toBeLessThan(35e9);
      expect(connect(app, open(app), PEER, 99)).toBe(NETUNREACH);
      expect(net.machine.clock.now - then).toBeLessThan(1e9);
      expect(connect(app, open(app), '127.0.0.1', 99)).toBe(CONNREFUSED);
    }, { isUnconfigured: true });
  });
});
