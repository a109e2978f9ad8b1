/** A ticket's whole life on the desk, and every move that is not one. */
import type { Page } from '@playwright/test';
import { expect, hydrated, test } from './desk.ts';

/** Addresses of the server functions that move a ticket, by name, as the forms of the page carry them. */
async function moves(page: Page): Promise<Record<string, string>> {
  const found = await page.locator('form.step').evaluateAll((forms) => forms.map((f) => new URL((f as HTMLFormElement).action).pathname));
  return Object.fromEntries(found.map((path) => [path.replace(/^\/api\//, '').replace(/\d+$/, ''), path]));
}

/** Id and version of the ticket on the page. */
async function seen(page: Page): Promise<{ id: string; version: string }> {
  const form = page.locator('#ticket-status form.step').first();
  return { id: await form.locator('[name=id]').inputValue(), version: await form.locator('[name=version]').inputValue() };
}

async function status(page: Page, words: string) {
  // The first is the status itself; the menu under it names others.
  await expect(page.locator('#ticket-status .badge').first()).toContainText(words);
}

async function move(page: Page, words: string | RegExp) {
  await page.locator('#ticket-status summary').click();
  await page.locator('#ticket-status').getByRole('button', { name: words }).click();
}

test('a ticket goes through its whole life, and no way that is none', async ({ desk }) => {
  const guest = await desk.open();
  const { number, track } = await desk.file(guest.page, { subject: `Whole life ${Date.now()}` });
  const { context, page } = await desk.open();
  await desk.signIn(page, 'admin');
  await page.goto(`/tickets/${number}`);
  await hydrated(page);
  await status(page, 'Open');

  const paths: Record<string, string> = {};
  const learn = async () => Object.assign(paths, await moves(page));
  /** A move that no menu offers is refused with a reason, whoever makes the request by hand. */
  const refused = async (name: string, ticket: { id: string; version: string }, words: RegExp) => {
    expect(paths[name], `a page offered ${name} before`).toBeTruthy();
    const form = name === 'take_ticket' ? { id: ticket.id } : ticket;
    const answer = await page.request.post(paths[name], { form, headers: { origin: desk.url, accept: 'application/json' } });
    expect(answer.status(), name).toBe(422);
    expect(await answer.text(), name).toMatch(words);
  };
  await learn();

  // Nobody holds it yet: it cannot be closed.
  await page.locator('#ticket-status summary').click();
  await expect(page.locator('#ticket-status').getByRole('button', { name: /closed/i })).toHaveCount(0);
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Take', exact: true }).click();
  await status(page, 'In progress');
  await learn();

  // On hold while the customer waits for an answer: needs a reason.
  await move(page, /on hold/i);
  const dialog = page.getByRole('dialog', { name: 'Put on hold' });
  await dialog.getByRole('button', { name: 'Put on hold' }).click();
  await expect(dialog.getByText(/reason/i).last()).toBeVisible();
  await expect(page.locator('#hold-reason')).toHaveAttribute('aria-invalid', 'true');
  await page.locator('#hold-reason').fill('The customer is away until Monday.');
  await dialog.getByRole('button', { name: 'Put on hold' }).click();
  await status(page, 'On hold');
  await learn();

  // The customer writes: it goes on by itself.
  await guest.page.goto(track);
  await hydrated(guest.page);
  await guest.page.locator('textarea').first().fill('I am back already.');
  await guest.page.getByRole('button', { name: /send/i }).first().click();
  await status(page, 'In progress');

  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await status(page, 'Resolved');
  await learn();
  // From resolved it does not go on hold or open; the menu does not offer it, and taking it is over.
  await page.locator('#ticket-status summary').click();
  await expect(page.locator('#ticket-status').getByRole('button', { name: /on hold/i })).toHaveCount(0);
  await page.keyboard.press('Escape');

  // It did not help: once more.
  await move(page, 'In progress');
  await status(page, 'In progress');
  await refused('close_ticket', await seen(page), /in progress cannot become closed/i);
  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await status(page, 'Resolved');
  await learn();
  const last = await seen(page);
  await move(page, /closed/i);
  // The one step that cannot be taken back asks first.
  const sure = page.getByRole('dialog', { name: 'Close for good?' });
  await sure.getByRole('button', { name: 'Cancel' }).click();
  await status(page, 'Resolved');
  await move(page, /closed/i);
  await sure.getByRole('button', { name: 'Close for good' }).click();
  await status(page, 'Closed');

  // Nothing leaves closed, by any door.
  await expect(page.locator('#ticket-status summary')).toHaveCount(0);
  const closed = { id: last.id, version: String(Number(last.version) + 1) };
  await refused('start_ticket', closed, /closed/i);
  await refused('resolve_ticket', closed, /closed/i);
  await refused('close_ticket', closed, /closed/i);
  await refused('take_ticket', closed, /closed/i);

  // What nobody holds is not solved, and what is not solved is not closed.
  const { number: fresh } = await desk.file(guest.page, { subject: `Nobody's yet ${Date.now()}` });
  await page.goto(`/tickets/${fresh}`);
  await hydrated(page);
  await refused('resolve_ticket', await seen(page), /take or assign the ticket first|cannot become resolved/i);
  await refused('close_ticket', await seen(page), /open cannot become closed/i);

  // The customer's next message becomes a ticket of its own, linked to this one.
  await guest.page.goto(track);
  await expect(guest.page.getByText(/closed/i).first()).toBeVisible();
  await context.close();
  await guest.context.close();
});

test('two agents change one ticket: the second is told, and nothing is overwritten', async ({ desk }) => {
  const guest = await desk.open();
  const subject = `Two hands ${Date.now()}`;
  const { number } = await desk.file(guest.page, { subject });
  const [one, two] = [await desk.open(), await desk.open()];
  await desk.signIn(one.page, 'agent');
  await desk.signIn(two.page, 'admin');
  for (const { page } of [one, two]) {
    await page.goto(`/tickets/${number}`);
    await hydrated(page);
  }
  const stale = await two.page.locator('.ticket-head form.step').first().evaluate((form) => {
    const data = new FormData(form as HTMLFormElement);
    return Object.fromEntries([...data.entries()].map(([k, v]) => [k, String(v)]));
  });
  const paths = await moves(two.page);
  await one.page.getByRole('button', { name: 'Take', exact: true }).click();
  await status(one.page, 'In progress');
  // The other page follows by itself …
  await status(two.page, 'In progress');
  await expect(two.page.getByRole('button', { name: 'Take', exact: true })).toHaveCount(0);
  // … and what it would have sent a moment ago is refused with the holder's name or the news.
  const late = await two.page.request.post(paths.take_ticket, { form: { id: stale.id }, headers: { origin: desk.url, accept: 'application/json' } });
  expect(late.status()).toBe(409);
  expect(await late.text()).toMatch(/Taken|took/);
  const old = await two.page.request.post(paths.start_ticket, { form: { id: stale.id, version: '1' }, headers: { origin: desk.url, accept: 'application/json' } });
  expect(old.status()).toBe(409);

  // What one of them chooses from a menu stands on both pages.
  await one.page.locator('#ticket-priority summary').click();
  await one.page.locator('#ticket-priority').getByRole('button', { name: 'Urgent' }).click();
  for (const { page } of [one, two]) await expect(page.locator('#ticket-priority summary')).toContainText('Urgent');
  for (const { context } of [guest, one, two]) await context.close();
});
