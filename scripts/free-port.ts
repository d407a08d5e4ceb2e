// A TCP port of this computer that nobody has just now: listens for a moment and looks which port it was given. Somebody else may
// take it before it is used.
import net from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** `wanted`, or any if that is 0. Rejects if somebody has the wanted one. */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().on('error', reject);
    probe.listen(wanted, LOOPBACK, () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
