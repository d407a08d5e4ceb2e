// The chat of examples/ in a machine, with clients that talk, leave, or do not listen.
import net from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { buildExample } from '../../examples/build.ts';
import { Served } from '../support/served.ts';

let server: Served;
const clients: Client[] = [];

class Client {
  heard = '';
  isClosed = false;
  readonly socket: net.Socket;
  #wake: () => void = () => undefined;

  constructor() {
    this.socket = net.connect(server.port, '127.0.0.1');
    this.socket.on('data', (data) => {
      this.heard += data.toString();
      this.#wake();
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.isClosed = true;
      this.#wake();
    });
    clients.push(this);
  }

  /** Waits until something was said, and forgets what was heard up to its end. */
  async hears(text: string): Promise<void> {
    while (!this.heard.includes(text)) {
      if (this.isClosed) throw new Error(`closed after ${JSON.stringify(this.heard)}`);
      await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
    this.heard = this.heard.slice(this.heard.indexOf(text) + text.length);
  }

  async ends(): Promise<void> {
    while (!this.isClosed) await new Promise<void>((resolve) => { this.#wake = resolve; });
  }

  says(line: string): void {
    this.socket.write(`${line}\n`);
  }

  static async named(name: string): Promise<Client> {
    const client = new Client();
    await client.hears('* Your name? ');
    client.says(name);
    await client.hears(`* Hello ${name}.`);
    return client;
  }
}

/** QEMU accepts before the machine can. */
function firstContact(): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = net.connect(server.port, '127.0.0.1');
    probe.setTimeout(500, () => probe.destroy());
    probe.on('error', reject).on('close', () => reject(new Error('closed'))).once('data', () => {
      resolve();
      probe.destroy();
    });
  });
}

beforeAll(async () => {
  server = await Served.start([await buildExample('chat')]);
  await server.until(firstContact);
}, 290_000);

afterEach(async () => {
  for (const client of clients) client.socket.destroy();
  await Promise.all(clients.splice(0).map((client) => client.ends()));
});

afterAll(() => server?.stop());

test('what one says the others hear, and when somebody comes or goes', async () => {
  const ann = await Client.named('Ann');
  const bob = await Client.named('Bob');
  await ann.hears('* Bob has come.\n');
  ann.says('Good morning, Zürich!\r');
  await bob.hears('Ann: Good morning, Zürich!\n');
  bob.says('/who');
  await bob.hears('* Ann Bob\n');
  bob.says('/quit');
  await bob.hears('* Goodbye.\n');
  await bob.ends();
  await ann.hears('* Bob has gone.\n');
  expect(ann.heard).toBe('');
}, 60_000);

test('names are short, of letters and digits, and each is one person\'s', async () => {
  await Client.named('Ann');
  const other = new Client();
  await other.hears('Your name? ');
  for (const wrong of ['', 'two words', 'a'.repeat(21), '\x1b[2J']) {
    other.says(wrong);
    await other.hears('* A name has 1 to 20 letters or digits.');
  }
  other.says('ANN');
  await other.hears('* That name is taken.');
  other.says('Bob');
  await other.hears('* Hello Bob.');
}, 60_000);

test('what could harm a terminal is replaced, and a line that is too long is not passed on', async () => {
  const [ann, bob] = [await Client.named('Ann'), await Client.named('Bob')];
  ann.says('a\x1b[2Jb\x07');
  await bob.hears('Ann: a?[2Jb?\n');
  ann.says('x'.repeat(1000));
  await ann.hears('* That line was too long.\n');
  ann.says('/nothing');
  await ann.hears('* There are /who and /quit.\n');
  ann.says('again');
  await bob.hears('Ann: again\n');
  expect(bob.heard).toBe('');
}, 60_000);

// One after the other to begin with: QEMU's user network listens with a backlog of 1.
test('fifty are there at a time', async () => {
  const all: Client[] = [];
  for (let i = 0; i < 50; i++) all.push(await Client.named(`number${i}`));
  all[0]!.says('Is everybody here?');
  await Promise.all(all.slice(1).map((client) => client.hears('number0: Is everybody here?\n')));
}, 100_000);

test('who does not listen is dropped, and the others hear on', async () => {
  const [ann, bob] = [await Client.named('Ann'), await Client.named('Bob')];
  const deaf = await Client.named('Deaf');
  deaf.socket.pause();
  const line = 'x'.repeat(500);
  // What the machine, QEMU and this computer hold for it is some megabytes; a burst is less than what is held for the others.
  for (let round = 0; round < 1000 && !ann.heard.includes('* Deaf has gone.'); round++) {
    for (let i = 0; i < 60; i++) ann.says(line);
    ann.says(`round ${round}`);
    await bob.hears(`Ann: round ${round}\n`);
  }
  await ann.hears('* Deaf has gone.\n');
}, 200_000);

test('nothing was said on standard error, and the chat still runs', () => {
  expect(server).toMatchObject({ isRunning: true, stderr: '' });
});
