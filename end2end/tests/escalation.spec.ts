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

test('acknowledging leads on to the next one, and what is typed stays while others come and go', async ({ desk }) => {
  test.setTimeout(120_000);
  const word = `${Date.now()}`;
  const guest = await desk.open();
  const numbers: string[] = [];
  for (const which of ['first', 'second', 'third']) {
    numbers.push((await desk.file(guest.page, { subject: `The ${which} of ${word}` })).number);
  }
  const [first, second, third] = numbers;
  const admin = await desk.open();
  await desk.signIn(admin.page, 'admin');
  const escalate = async (number: string, reason: string) => {
    await admin.page.goto(`/tickets/${number}`);
    await hydrated(admin.page);
    await admin.page.keyboard.press('x');
    await admin.page.locator('#escalate-reason').fill(reason);
    const dialog = admin.page.getByRole('dialog', { name: 'Escalate this ticket' });
    await dialog.getByRole('button', { name: 'Escalate', exact: true }).click();
    await expect(dialog).toBeHidden();
  };
  await escalate(first, `One ${word}`);
  await escalate(second, `Two ${word}`);

  const { context, page } = await desk.open();
  await desk.signIn(page, 'manager');
  await page.goto('/team/escalations');
  await hydrated(page);
  const entry = (number: string) => page.locator(`#waiting li[data-number="${number}"]`);
  const words = entry(first).locator('[name=words]');
  await words.focus();
  await page.keyboard.type('I call ');

  // Another one comes in above, and then this one moves above that.
  await escalate(third, `Three ${word}`);
  await expect(entry(third)).toBeVisible({ timeout: 20_000 });
  await expect(words).toBeFocused();
  await escalate(first, `Still one ${word}`);
  await expect(entry(first)).toContainText(`Still one ${word}`, { timeout: 20_000 });
  await expect(words).toBeFocused();
  await page.keyboard.type('them');
  await expect(words).toHaveValue('I call them');

  // Whatever stands below it is next: it is said what was done, and the next one can be acknowledged at once.
  const next = (await entry(first).locator('xpath=following-sibling::li[1]').getAttribute('data-number'))!;
  await page.keyboard.press('Enter');
  await expect(entry(first)).toHaveCount(0);
  await expect(page.locator('#waiting').getByRole('status').filter({ hasText: `#${first} is acknowledged` }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: `Acknowledge #${next}` })).toBeFocused();
  await audit(page);

  // Where a colleague is faster, the hand is not put on another button.
  await entry(second).locator('[name=words]').focus();
  await admin.page.goto('/team/escalations');
  await hydrated(admin.page);
  await admin.page.getByRole('button', { name: `Acknowledge #${second}` }).click();
  await expect(entry(second)).toHaveCount(0, { timeout: 20_000 });
  await expect(page.locator('#waiting h2')).toBeFocused();

  // The executive is told where nobody manages a team, and may say that they look.
  const executive = await desk.open();
  await desk.signIn(executive.page, 'ceo');
  await executive.page.goto('/team/escalations');
  await hydrated(executive.page);
  await executive.page.getByRole('button', { name: `Acknowledge #${third}` }).click();
  await expect(entry(third)).toHaveCount(0, { timeout: 20_000 });
  for (const one of [guest.context, admin.context, context, executive.context]) await one.close();
});

for (const javaScriptEnabled of [true, false]) {
  test(`from a later page of escalations a link leads back to the newest ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({ desk }) => {
    const { context, page } = await desk.open({ javaScriptEnabled });
    await desk.signIn(page, 'manager');
    // The page after the oldest there can be.
    await page.goto('/team/escalations?after=1~01890000-0000-7000-8000-000000000000');
    if (javaScriptEnabled) await hydrated(page);
    await expect(page.locator('#waiting')).toContainText('Nothing more waits');
    if (javaScriptEnabled) await audit(page);
    await page.locator('#waiting').getByRole('link', { name: 'Back to the newest' }).click();
    await page.waitForURL((url) => url.pathname === '/team/escalations' && url.search === '');
    await expect(page.locator('#waiting')).not.toContainText('Nothing more waits');
    if (javaScriptEnabled) await expect(page.locator('#waiting h2')).toBeFocused();
    await context.close();
  });
}

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
