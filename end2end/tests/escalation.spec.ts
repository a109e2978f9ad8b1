/** Asking those who lead for a hand, and a ladder that does more than tell: on open pages, nobody reloading. */
import { audit, expect, fillSeconds, hydrated, publish, retireSeconds, test } from './desk.ts';

test('an agent escalates with a reason, the manager sees it appear and acknowledges', async ({ desk }) => {
  const word = `${Date.now()}`;
  const guest = await desk.open();
  const { number } = await desk.file(guest.page, { subject: `Escalated ${word}` });

  const manager = await desk.open();
  await desk.signIn(manager.page, 'manager');
  await manager.page.goto('/team/escalations');
  await hydrated(manager.page);
  const entry = manager.page.locator(`#waiting li[data-number="${number}"]`);
  await expect(entry).toHaveCount(0);

  // By somebody who may change every ticket, wherever this one was routed.
  const agent = await desk.open();
  await desk.signIn(agent.page, 'admin');
  await agent.page.goto(`/tickets/${number}`);
  await hydrated(agent.page);
  await agent.page.keyboard.press('x');
  const dialog = agent.page.getByRole('dialog', { name: 'Escalate this ticket' });
  await expect(dialog).toBeVisible();
  await audit(agent.page);
  await dialog.locator('[name=reason]').evaluate((input) => input.removeAttribute('required'));
  await dialog.getByRole('button', { name: 'Escalate', exact: true }).click();
  await expect(agent.page.locator('#escalate-reason')).toHaveAttribute('aria-invalid', 'true');
  await agent.page.locator('#escalate-reason').fill(`The line stands still ${word}`);
  await dialog.getByRole('button', { name: 'Escalate', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(agent.page.locator('.ticket-line')).toContainText(`The line stands still ${word}`);

  // It appears by itself.
  await expect(entry).toContainText(`The line stands still ${word}`, { timeout: 20_000 });
  await audit(manager.page);

  // What the manager types stays while something is added by the menu.
  const words = entry.locator('[name=words]');
  await words.fill('I call them');
  await agent.page.locator('.ticket-head summary[aria-label="More actions"], .ticket-head [aria-label="More actions"]').first().click();
  await agent.page.getByRole('button', { name: 'Escalate…' }).click();
  await agent.page.locator('#escalate-reason').fill(`Still nothing ${word}`);
  await dialog.getByRole('button', { name: 'Escalate', exact: true }).click();
  await expect(entry).toContainText(`Still nothing ${word}`, { timeout: 20_000 });
  await expect(words).toHaveValue('I call them');
  await expect(entry).toHaveCount(1);

  await entry.getByRole('button', { name: `Acknowledge #${number}` }).click();
  await expect(entry).toHaveCount(0);
  const past = manager.page.locator('#past tr').filter({ hasText: `#${number}` });
  await expect(past).toContainText('I call them');
  await expect(agent.page.locator('.ticket-line')).toContainText(/Escalation acknowledged by .*: I call them/);
  for (const one of [guest, manager, agent]) await one.context.close();
});

test('a step of a ladder raises the priority, and the page of the ticket says why', async ({ desk }) => {
  test.setTimeout(120_000);
  const word = `raise${Date.now()}`;
  const admin = await desk.open();
  await desk.signIn(admin.page, 'admin');
  await fillSeconds(admin.page, word, '20 s');
  // The second step of the usual ladder is at 80 %.
  await admin.page.locator('select[name="ladder.1.also"]').selectOption('raise_priority:urgent');
  await audit(admin.page);
  await publish(admin.page);
  await admin.page.waitForURL(/\/admin\/sla\/policies\/[0-9a-f-]{36}/);
  await expect(admin.page.locator('select[name="ladder.1.also"]')).toHaveValue('raise_priority:urgent');
  await expect(admin.page.locator('svg.why')).toContainText('priority urgent');

  try {
    const guest = await desk.open();
    const { number } = await desk.file(guest.page, { subject: `Rising ${word}` });
    await admin.page.goto(`/tickets/${number}`);
    await hydrated(admin.page);
    const priority = admin.page.locator('#ticket-priority .prio').first();
    await expect(priority).not.toContainText('Urgent');
    await expect(priority).toContainText('Urgent', { timeout: 40_000 });
    await expect(admin.page.locator('.ticket-line')).toContainText('80 % of First reply reached: priority raised to urgent');
    await guest.context.close();
  } finally {
    await retireSeconds(admin.page, word);
    await admin.context.close();
  }
});
