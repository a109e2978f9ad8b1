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
