/** The main job: a ticket is filed, seen, taken, answered, and everybody sees it happen. */
import { audit, expect, hydrated, test } from './desk.ts';

test('a ticket from form to answer and back, nobody reloading', async ({ desk }) => {
  const agent = await desk.open();
  await desk.signIn(agent.page, 'agent');
  await agent.page.goto('/desk/unassigned');
  await hydrated(agent.page);

  const guest = await desk.open();
  const subject = `VPN is down ${Date.now()}`;
  const { number, track } = await desk.file(guest.page, { subject });

  // It appears by itself.
  const row = agent.page.locator(`.trow[data-number="${number}"]`);
  await expect(row).toBeVisible();
  await audit(agent.page);

  // Taken and answered with the keyboard alone.
  await agent.page.keyboard.press('j');
  for (let i = 0; i < 60 && !(await row.evaluate((el) => el === document.activeElement)); i++) {
    await agent.page.keyboard.press('j');
  }
  await expect(row).toBeFocused();
  await agent.page.keyboard.press('a');
  await expect(agent.page.getByRole('status').filter({ hasText: `${subject} is yours` })).toBeVisible();
  await agent.page.goto(`/desk/mine`);
  await hydrated(agent.page);
  const mine = agent.page.locator(`.trow[data-number="${number}"]`);
  await mine.focus();
  await agent.page.keyboard.press('Enter');
  await expect(agent.page.getByRole('heading', { name: subject })).toBeVisible();
  await guest.page.goto(track);
  await hydrated(guest.page);
  await agent.page.keyboard.press('r');
  await expect(agent.page.locator('#answer')).toBeFocused();
  await agent.page.keyboard.type('Hello Marta, please restart the gateway.');
  await agent.page.keyboard.press('Control+Enter');
  await expect(agent.page.locator('.ticket-line').getByText('please restart the gateway')).toBeVisible();
  await audit(agent.page);

  // The guest sees it without reloading, and answers.
  await expect(guest.page.getByText('please restart the gateway')).toBeVisible();
  await guest.page.locator('textarea').first().fill('That helped, thank you!');
  await guest.page.getByRole('button', { name: /send/i }).first().click();
  await expect(guest.page.getByText('That helped, thank you!').first()).toBeVisible();
  await expect(agent.page.locator('.ticket-line').getByText('That helped, thank you!')).toBeVisible();
  await audit(guest.page);

  // A colleague's browser follows.
  const colleague = await desk.open();
  await desk.signIn(colleague.page, 'admin');
  await colleague.page.goto(`/tickets/${number}`);
  await hydrated(colleague.page);
  await expect(colleague.page.getByText('In progress').first()).toBeVisible();
  await agent.page.locator('body').click({ position: { x: 5, y: 5 } });
  await agent.page.keyboard.press('e');
  await expect(agent.page.getByRole('status').filter({ hasText: `${subject} is resolved` })).toBeVisible();
  await expect(colleague.page.getByText('Resolved').first()).toBeVisible();
  for (const one of [agent, guest, colleague]) await one.context.close();
});

test('notes stay inside', async ({ desk }) => {
  const guest = await desk.open();
  const { number, track } = await desk.file(guest.page, { subject: `Canary ${Date.now()}` });
  const agent = await desk.open();
  await desk.signIn(agent.page, 'admin');
  await agent.page.goto(`/tickets/${number}`);
  await hydrated(agent.page);
  await agent.page.keyboard.press('n');
  await agent.page.keyboard.type('canary-word-of-a-note');
  await agent.page.keyboard.press('Control+Enter');
  await expect(agent.page.locator('.ticket-line').getByText('canary-word-of-a-note')).toBeVisible();
  await guest.page.goto(track);
  expect(await guest.page.content()).not.toContain('canary-word');
  await guest.context.close();
  await agent.context.close();
});

test('what an agent is typing stays while the customer writes, and while the line is down', async ({ desk }) => {
  const guest = await desk.open();
  const subject = `Interrupted ${Date.now()}`;
  const { number, track } = await desk.file(guest.page, { subject });
  const agent = await desk.open();
  await desk.signIn(agent.page, 'admin');
  await agent.page.goto(`/tickets/${number}`);
  await hydrated(agent.page);
  await agent.page.keyboard.press('r');
  await agent.page.keyboard.type('First half, ');
  await guest.page.goto(track);
  await hydrated(guest.page);
  await guest.page.locator('textarea').first().fill('One more thing.');
  await guest.page.getByRole('button', { name: /send/i }).first().click();
  await expect(agent.page.locator('.ticket-line').getByText('One more thing.')).toBeVisible();
  // The same field with the cursor where it was: nothing of it becomes a command.
  const answer = agent.page.locator('#answer');
  await expect(answer).toBeFocused();
  await agent.page.keyboard.type('see attached');
  await expect(answer).toHaveValue('First half, see attached');
  await expect(agent.page.getByRole('button', { name: 'Take', exact: true })).toBeVisible();

  await agent.context.setOffline(true);
  await answer.press('Control+Enter');
  await expect(agent.page.getByText('could not be reached').first()).toBeVisible();
  await expect(agent.page.getByRole('heading', { name: subject })).toBeVisible();
  await expect(answer).toHaveValue('First half, see attached');
  await agent.context.setOffline(false);
  await answer.press('Control+Enter');
  await expect(agent.page.locator('.ticket-line').getByText('First half, see attached')).toBeVisible();
  await expect(answer).toHaveValue('');
  for (const one of [agent, guest]) await one.context.close();
});

test('a list keeps its place: the row with the focus when a ticket comes in, and the rows that were scrolled to', async ({ desk }) => {
  const agent = await desk.open();
  await desk.signIn(agent.page, 'admin');
  await agent.page.goto('/tickets');
  await hydrated(agent.page);
  const rows = agent.page.locator('.trow');
  const first = await rows.count();
  // More than a screen, and the rest as its reader comes near.
  await rows.last().scrollIntoViewIfNeeded();
  await expect.poll(() => rows.count()).toBeGreaterThan(first);
  const far = rows.nth(first + 1);
  const number = await far.getAttribute('data-number');
  const kept = agent.page.locator(`.trow[data-number="${number}"]`);
  await kept.focus();

  const guest = await desk.open();
  const filed = await desk.file(guest.page, { subject: `While somebody reads ${Date.now()}` });
  await expect(agent.page.locator(`.trow[data-number="${filed.number}"]`)).toBeAttached();
  await expect(kept).toBeFocused();
  for (const one of [agent, guest]) await one.context.close();
});
