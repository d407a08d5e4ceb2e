// Every call of socket.ts once, against servers that echo on the computer that runs the machine, 10.0.2.2 for it. Says what it
// has seen. Arguments: the ports of a TCP and of a UDP server. test/boot/sockets.test.ts runs it.
import { Datagram, lastError, Option, resolve, Socket } from "./socket";

const tcpPort = <u16>I32.parseInt(process.argv[1]);
const udpPort = <u16>I32.parseInt(process.argv[2]);

function bytesOf(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text));
}

function textOf(bytes: Uint8Array | null): string {
  return bytes ? String.UTF8.decodeUnsafe(bytes.dataStart, bytes.length) : `errno ${lastError}`;
}

function stream(): void {
  const socket = Socket.tcp();
  console.log(`connect: ${socket.connect("10.0.2.2", tcpPort)}`);
  console.log(`own: ${socket.localName()!.host}, peer: ${socket.peerName()!.host}`);
  console.log(`no delay: ${socket.setOption(Option.NO_DELAY, 1)} ${socket.getOption(Option.NO_DELAY)} ${socket.getOption(Option.BROADCAST)}`);
  console.log(`send: ${socket.send(bytesOf("hello"))}`);
  console.log(`peek: ${textOf(socket.receive(3, true))}`);
  console.log(`receive: ${textOf(socket.receive(100))}`);
  socket.shutdown(false, true);
  console.log(`end: ${socket.receive(100)!.length}`);
  console.log(`close: ${socket.close()} ${socket.close()} ${lastError}`);
}

function datagrams(): void {
  const socket = Socket.udp();
  socket.setOption(Option.RECEIVE_TIMEOUT, 2000000);
  let got: Datagram | null = null;
  // UDP may lose one.
  for (let i = 0; i < 10 && !got; i++) {
    socket.sendTo(bytesOf("ping"), "10.0.2.2", udpPort);
    got = socket.receiveFrom(100);
  }
  if (got) console.log(`datagram: ${textOf(got.data)} from ${got.from.host}, ${got.from.port == udpPort}`);
}

function inside(): void {
  const listener = Socket.tcp();
  console.log(`listen: ${listener.bind("127.0.0.1", 0)} ${listener.listen()}`);
  const client = Socket.tcp();
  console.log(`refused: ${Socket.tcp().connect("localhost", 1)} ${lastError}`);
  client.connect("localhost", listener.localName()!.port);
  const server = listener.accept()!;
  listener.setNonblocking(true);
  console.log(`none: ${listener.accept() == null} ${lastError}`);
  client.send(bytesOf("inside"));
  console.log(`served: ${textOf(server.receive(100))}`);
}

stream();
datagrams();
inside();
console.log(`names: ${resolve("localhost").join()} ${resolve("192.0.2.9").join()} ${resolve("-..-").length}`);
