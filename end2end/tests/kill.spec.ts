/** kill -9, of the program and of its Postgres, while people file tickets: nothing that was acknowledged is lost. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { discard, freshData, start, type Server } from '../server.ts';

/** Believed about the client's address, so that a crowd can come from this one machine. */
const behindProxy = { KEPT_TRUSTED_PROXIES: '127.0.0.1' };

/** People who file one ticket after the other, all at once, until told to stop. */
class Crowd {
  /** Addresses of the pages that confirmed a ticket. */
  readonly acknowledged: string[] = [];
  private stopping = false;
  private filed = 0;
  private readonly people: Promise<void>[];

  constructor(private readonly url: string, size = 8) {
    this.people = Array.from({ length: size }, () => this.person());
  }

  private async person() {
    while (!this.stopping) {
      const n = ++this.filed;
      const form = new FormData();
      form.set('subject', `Under load ${n}`);
      form.set('description', 'The pump stopped and started again.');
      form.set('name', `Person ${n}`);
      form.set('email', `person-${n}-${this.url.split(':').pop()}@customer.example`);
      const answer = await fetch(`${this.url}/submit`, {
        method: 'POST',
        body: form,
        redirect: 'manual',
        headers: { origin: this.url, 'x-forwarded-for': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` },
      }).catch(() => undefined);
      if (answer?.status === 303) this.acknowledged.push(answer.headers.get('location')!);
      else await new Promise((r) => setTimeout(r, 50));
    }
  }

  async has(count: number) {
    await expect.poll(() => this.acknowledged.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(count);
  }

  async stop() {
    this.stopping = true;
    await Promise.all(this.people);
  }
}

/** One value from the private Postgres of the server. */
function ask(server: Server, sql: string): string {
  const socket = join(server.data, 'postgres/socket');
  return execFileSync('psql', ['-h', socket, '-U', 'kept', '-d', 'kept', '-Atc', sql], { encoding: 'utf8' }).trim();
}

const ofTheCrowd = `from tickets t where t.subject like 'Under load %'`;

/** Every acknowledged ticket opens, is whole, and was confirmed by one mail. */
async function nothingIsLost(server: Server, acknowledged: string[]) {
  expect(Number(ask(server, `select count(*) ${ofTheCrowd}`))).toBeGreaterThanOrEqual(acknowledged.length);
  const lost: string[] = [];
  for (const page of acknowledged) {
    const answer = await fetch(server.url + page);
    if (answer.status !== 200) lost.push(`${page}: ${answer.status}`);
  }
  expect(lost).toEqual([]);
  const without = (what: string) => ask(server, `select count(*) ${ofTheCrowd} and not exists (${what})`);
  expect(without('select from ticket_messages m where m.ticket_id = t.id'), 'tickets without their message').toBe('0');
  const clock = `select from sla_clocks c where c.ticket_id = t.id and c.next_fire_at is not null and c.metric =`;
  expect(without(`${clock} 'first_reply'`), 'tickets without a timer for the answer').toBe('0');
  expect(without(`${clock} 'resolution'`), 'tickets without a timer for the solution').toBe('0');

  // The readers of events catch up with what was committed before the kill. A mail that was on its way then goes
  // again, under the same Message-ID, when the claim of the dead server has run out: it may still wait for that.
  const all = ask(server, `select count(*) ${ofTheCrowd}`);
  const underWay = `d.state = 'sent' or d.state = 'sending' and d.next_attempt_at > now()`;
  const receipt = `select from deliveries d where d.ticket_id = t.id and d.template = 'received' and (${underWay})`;
  const confirmed = () => ask(server, `select count(*) ${ofTheCrowd} and exists (${receipt})`);
  await expect.poll(confirmed, { timeout: 60_000, message: 'tickets that were confirmed by mail' }).toBe(all);
  const twice = `select count(*) from (select from deliveries group by ticket_id, template, recipient, ticket_message_id having count(*) > 1) d`;
  expect(ask(server, twice), 'mails decided twice').toBe('0');
}

test('a killed program comes back with every ticket, message and timer that it acknowledged', async () => {
  test.setTimeout(180_000);
  let server = await start(freshData(), undefined, behindProxy);
  try {
    const crowd = new Crowd(server.url);
    await crowd.has(50);
    const ended = new Promise((r) => server.process.once('exit', r));
    server.process.kill('SIGKILL');
    await ended;
    await crowd.stop();
    server = await start(server.data, server.port, behindProxy);
    await nothingIsLost(server, crowd.acknowledged);
  } finally {
    await discard(server);
  }
});

test('a killed Postgres is started again under the running program, and nothing is lost', async () => {
  test.setTimeout(180_000);
  const server = await start(freshData(), undefined, behindProxy);
  try {
    const crowd = new Crowd(server.url);
    await crowd.has(50);
    const postmaster = readFileSync(join(server.data, 'postgres/db/postmaster.pid'), 'utf8').split('\n')[0];
    process.kill(Number(postmaster), 'SIGKILL');
    // The crowd goes on: it is refused for a moment, and then served again.
    await crowd.has(crowd.acknowledged.length + 50);
    await crowd.stop();
    await nothingIsLost(server, crowd.acknowledged);
  } finally {
    await discard(server);
  }
});
