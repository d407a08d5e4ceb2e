// What loss and delay cost: goodput of 2 MB over 20 Mbit/s, as it is today. A change of the numbers wants a reason.
import { expect, test } from 'vitest';
import { pair } from '../support/net/path.ts';
import { Socket } from '../support/net/socket.ts';
import { digestOf, Party } from '../support/net/transfer.ts';

const BYTES = 2_000_000;
const HOUR = 3600e9;

/** In Mbit/s, with one decimal. */
async function goodput(loss: number, delay: number): Promise<string> {
  const { path, left, right } = await pair({ loss, delay: delay * 1e6, bandwidth: 20e6, buffer: 100, seed: 3 });
  const listener = Socket.listen(right, 80);
  const client = new Party(Socket.connect(left, '10.0.0.2', 80), BYTES);
  let server: Party | undefined;
  path.applications.push(() => {
    const accepted = server === undefined ? listener.accept() : undefined;
    if (accepted !== undefined) server = new Party(accepted, 0);
    client.act();
    server?.act();
  });
  const begin = path.now;
  expect(path.run(() => server?.isDone === true && server.received === BYTES, HOUR)).toBe(true);
  expect(server!.digest()).toBe(digestOf(BYTES));
  return (BYTES * 8e3 / (path.now - begin)).toFixed(1);
}

test('goodput by loss (rows) and one-way delay (columns: 1, 10, 50 ms), in Mbit/s', async () => {
  const rows: string[] = [];
  for (const loss of [0, 0.001, 0.01, 0.03, 0.1, 0.2]) {
    const row: string[] = [];
    for (const delay of [1, 10, 50]) row.push((await goodput(loss, delay)).padStart(6));
    rows.push(`${(loss * 100).toFixed(1).padStart(5)} %${row.join('')}`);
  }
  expect(`\n${rows.join('\n')}\n`).toMatchInlineSnapshot(`
    "
      0.0 %  18.7  17.5   8.1
      0.1 %  18.7  17.5   6.8
      1.0 %  18.4  11.7   5.2
      3.0 %  17.9   6.7   1.9
     10.0 %  13.4   4.8   1.1
     20.0 %   1.2   3.2   0.4
    "
  `);
});
