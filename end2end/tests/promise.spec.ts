/** A promise of seconds: it is shown before it is made, counts down, warns, and is late, on open pages. */
import { expect, fillSeconds, hydrated, publish, retireSeconds, test } from './desk.ts';

test('a promise of seconds counts down, is at risk, is late, and the right people hear of it', async ({ desk }) => {
  test.setTimeout(120_000);
  const word = `quick${Date.now()}`;

  // An administrator promises an answer within 20 seconds to one organisation of the urgent kind: here, by channel.
  const admin = await desk.open();
  await desk.signIn(admin.page, 'admin');
  await fillSeconds(admin.page, word, '20 s');
  await publish(admin.page);
  await admin.page.waitForURL(/\/admin\/sla\/policies\/[0-9a-f-]{36}/);

  try {
    const manager = await desk.open();
    await desk.signIn(manager.page, 'manager');
    await hydrated(manager.page);

    const guest = await desk.open();
    const subject = `Late on purpose ${word}`;
    const { number } = await desk.file(guest.page, { subject });
    await admin.page.goto(`/tickets/${number}`);
    await hydrated(admin.page);
    const first = admin.page.locator('.ticket-side, .ticket-head').locator('[data-state]').first();
    await expect(first).toHaveAttribute('data-state', 'run');
    // It moves without a request: two readings differ.
    const before = await first.innerText();
    await expect.poll(() => first.innerText()).not.toBe(before);
    await expect(first).toHaveAttribute('data-state', 'risk', { timeout: 20_000 });
    await expect(first).toHaveAttribute('data-state', 'late', { timeout: 20_000 });

    // The story says when it was due, by the ladder, and the manager's bell has it.
    await expect(admin.page.locator('.ticket-line')).toContainText(/late|missed/i, { timeout: 20_000 });
    // Those who are told are told a moment after it happened, on the page that is open.
    await manager.page.goto('/my/notifications');
    await expect(manager.page.locator('.notices').getByText(`#${number}`).first()).toBeVisible({ timeout: 20_000 });
    await admin.page.goto('/desk/late');
    await expect(admin.page.locator(`.trow[data-number="${number}"]`)).toBeVisible();
    for (const { context } of [manager, guest]) await context.close();
  } finally {
    await retireSeconds(admin.page, word);
    await admin.context.close();
  }
});

test('the WebAssembly counts down as the server does, to the second', async ({ desk }) => {
  const { context, page } = await desk.open();
  const seed = Math.floor(Math.random() * 1e9);
  await page.goto(`/dev/countdown?seed=${seed}`);
  await expect(page.getByText('2000 of 2000 promises are counted alike.'), `seed ${seed}`).toBeVisible({ timeout: 30_000 });
  await context.close();
});
