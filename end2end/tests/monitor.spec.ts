/** Promises as those see them who watch over them: live, to the second, and afterwards, with the number they are of. */
import { audit, expect, fillSeconds, hydrated, publish, retireSeconds, test } from './desk.ts';

test('on the live page a promise goes from at risk to late by itself', async ({ desk }) => {
  test.setTimeout(180_000);
  const word = `watched${Date.now()}`;

  // An administrator promises an answer within 50 seconds to whoever comes by the form.
  const admin = await desk.open();
  await desk.signIn(admin.page, 'admin');
  await fillSeconds(admin.page, word, '50 s');
  await publish(admin.page);
  await admin.page.waitForURL(/\/admin\/sla\/policies\/[0-9a-f-]{36}/);

  try {
    const executive = await desk.open();
    const page = executive.page;
    await desk.signIn(page, 'ceo');
    await page.goto('/team/live');
    await hydrated(page);
    // Were the document loaded again, this would be gone.
    await page.evaluate(() => { document.documentElement.dataset.stayed = 'yes'; });

    const guest = await desk.open();
    const { number } = await desk.file(guest.page, { subject: `Watched ${word}` });
    const inList = (stand: string) => page.locator(`.live-list[data-stand="${stand}"] li[data-number="${number}"]`);
    // What is due soonest stands first, so that it is on the page however much there is.
    const atRisk = inList('at-risk').locator('.promise[data-state="risk"]').filter({ hasText: /0:\d\d left/ });
    await expect(atRisk).toBeVisible({ timeout: 60_000 });
    // Narrowed to what the link of the list leads to, the ticket is late: the longest late ones may fill the page.
    const late = page.locator('.figure').filter({ hasText: 'Late now' }).locator('a.value');
    await expect(inList('at-risk')).toHaveCount(0, { timeout: 30_000 });
    expect(await page.evaluate(() => document.documentElement.dataset.stayed)).toBe('yes');
    await late.click();
    await page.waitForURL(/promise=late/);
    await page.goto(`${page.url()}&q=${word}`);
    await expect(page.locator(`.trow[data-number="${number}"]`)).toBeVisible();
    for (const { context } of [executive, guest]) await context.close();
  } finally {
    await retireSeconds(admin.page, word);
    await admin.context.close();
  }
});

test('the live page counts every second, and narrows to a team', async ({ desk }) => {
  const { context, page } = await desk.open();
  await desk.signIn(page, 'manager');
  await page.getByRole('link', { name: 'Live', exact: true }).first().click();
  await page.waitForURL(/\/team\/live/);
  await hydrated(page);
  const first = page.locator('.live-list .promise:not([data-state="paused"])').first();
  const before = await first.innerText();
  await expect.poll(() => first.innerText()).not.toBe(before);
  await audit(page);
  const teams = page.getByRole('navigation', { name: 'Team', exact: true }).getByRole('link');
  const name = await teams.nth(1).innerText();
  await teams.nth(1).click();
  await page.waitForURL(/\/team\/live\?team=/);
  await expect(page.getByRole('region', { name: 'Promises by team' }).getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('region', { name: 'Promises by team' })).toContainText(name);
  await context.close();
});

test('every share of the report says of how many, and a row narrows it', async ({ desk }) => {
  const { context, page } = await desk.open();
  await desk.signIn(page, 'ceo');
  await page.goto('/reports/sla?period=90d');
  await hydrated(page);
  await expect(page.locator('.figure').filter({ hasText: 'Promises kept' }).locator('.n')).toHaveText(/^of [\d,]+$/);
  await expect(page.getByRole('heading', { name: /% of [\d,]+ promises kept/ })).toBeVisible();
  const byTeam = page.getByRole('region', { name: 'Promises kept by team' });
  for (const row of await byTeam.locator('tbody tr').all()) {
    const [kept, of] = [await row.locator('[data-label="Kept"]').innerText(), await row.locator('[data-label="Of"]').innerText()];
    expect(kept.trim() === '–', `${kept} of ${of}`).toBe(of.trim() === '0');
  }
  await audit(page);

  const team = await byTeam.locator('tbody th a').first().innerText();
  await byTeam.locator('tbody th a').first().click();
  await page.waitForURL(/team=/);
  await expect(byTeam.locator('tbody tr')).toHaveCount(1);
  await expect(byTeam.locator('tbody th')).toHaveText(team);
  await expect(page.getByLabel('Team', { exact: true }).locator('option:checked')).toHaveText(team);

  // The file has the same numbers.
  const file = await (await page.request.get((await page.getByRole('link', { name: 'Download as CSV' }).getAttribute('href'))!)).text();
  const all = (await page.locator('.figure').filter({ hasText: 'Promises kept' }).locator('.n').innerText()).replace(/\D/g, '');
  expect(file.split('\n')[1].split(',')[6]).toBe(all);
  await context.close();
});
