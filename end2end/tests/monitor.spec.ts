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

test('rows of the live page stay what they are while others come, and so does what has the focus', async ({ desk }) => {
  test.setTimeout(120_000);
  const { context, page } = await desk.open();
  await desk.signIn(page, 'ceo');
  await page.goto('/team/live');
  await hydrated(page);
  const guest = await desk.open();
  const timed = page.locator('.figure').filter({ hasText: 'In time' }).locator('.n');
  const links = [
    page.locator('.live-list[data-stand="paused"] li a').first(),
    page.getByRole('region', { name: 'Promises by team' }).locator('tbody a').first(),
    page.getByRole('region', { name: 'Promises by person' }).locator('tbody a').first(),
  ];
  for (const [place, link] of links.entries()) {
    // A row that is built anew has no such mark.
    await link.evaluate((a, mark) => { (a as HTMLElement).dataset.mark = mark; }, `m${place}`);
    await link.focus();
    const before = await timed.innerText();
    await desk.file(guest.page, { subject: `Somebody else asks, ${place}` });
    await expect(timed).not.toHaveText(before, { timeout: 30_000 });
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.mark)).toBe(`m${place}`);
  }
  await guest.context.close();
  await context.close();
});

test('days that have a name keep it when the report is narrowed, and become dates only where somebody chooses some', async ({ desk }) => {
  const { context, page } = await desk.open();
  await desk.signIn(page, 'ceo');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Promises kept', exact: true }).click();
  await page.waitForURL(/\/reports\/sla$/);
  await hydrated(page);
  const days = page.getByRole('navigation', { name: 'Days', exact: true });
  await days.getByRole('link', { name: 'This month' }).click();
  await page.waitForURL(/\/reports\/sla\?period=month$/);
  await page.locator('select[name=priority]').selectOption('high');
  const show = page.getByRole('button', { name: 'Show' });
  await show.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/reports\/sla\?period=month&priority=high$/);
  await expect(days.locator('[aria-current="true"]')).toHaveText('This month');
  await expect(page.getByRole('region', { name: 'Promises kept by priority' }).locator('tbody tr')).toHaveCount(1);
  await expect(show).toBeFocused();
  await expect(page.locator('[name=from]')).toHaveValue('');
  await audit(page);

  const day = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
  await page.locator('[name=from]').fill(day);
  await show.click();
  await page.waitForURL((url) => url.search === `?from=${day}&priority=high`);
  await expect(days.locator('[aria-current="true"]')).toHaveCount(0);
  await expect(page.locator('[name=from]')).toHaveValue(day);

  // What the fields show is what the report is about, also where somebody had changed them.
  await page.locator('select[name=priority]').selectOption('low');
  await days.getByRole('link', { name: '7 days' }).click();
  await page.waitForURL((url) => url.search === '?period=7d&priority=high');
  await expect(page.locator('[name=from]')).toHaveValue('');
  await expect(page.locator('select[name=priority]')).toHaveValue('high');
  await context.close();
});

test('the report is narrowed without JavaScript, too', async ({ desk }) => {
  const { context, page } = await desk.open({ javaScriptEnabled: false });
  await desk.signIn(page, 'manager');
  await page.goto('/reports/sla?period=quarter');
  await page.locator('select[name=priority]').selectOption('high');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL(/priority=high/);
  expect(new URL(page.url()).searchParams.get('period')).toBe('quarter');
  expect(new URL(page.url()).searchParams.get('from')).toBe('');
  const days = page.getByRole('navigation', { name: 'Days', exact: true });
  await expect(days.locator('[aria-current="true"]')).toHaveText('This quarter');
  await expect(page.getByRole('region', { name: 'Promises kept by priority' }).locator('tbody tr')).toHaveCount(1);
  await context.close();
});

test('the number of what is left out is that of the promises it leads to, by their reasons', async ({ desk }) => {
  const { context, page } = await desk.open();
  await desk.signIn(page, 'ceo');
  await page.goto('/reports/sla?period=year');
  await hydrated(page);
  const number = (words: string) => Number(words.replace(/\D/g, ''));
  const link = page.locator('.figure').filter({ hasText: 'Left out' }).locator('a.value');
  const all = number((await link.innerText()).split(':').pop()!);
  await link.click();
  await page.waitForURL(/\?period=year#left-out$/);
  await expect(page.locator('#left-out')).toBeInViewport();
  let sum = 0;
  for (const reason of await page.locator('#left-out details').all()) {
    const n = number(await reason.locator('summary .num').innerText());
    await reason.locator('summary').click();
    await expect(reason.locator('tbody tr')).toHaveCount(Math.min(n, 50));
    sum += n;
  }
  expect(sum).toBe(all);
  await audit(page);
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

  // The file has the same numbers, as programs read them.
  const file = await (await page.request.get((await page.getByRole('link', { name: 'Download as CSV' }).getAttribute('href'))!)).text();
  const all = (await page.locator('.figure').filter({ hasText: 'Promises kept' }).locator('.n').innerText()).replace(/\D/g, '');
  const [head, ...rows] = file.trim().split('\n');
  expect(head).toBe('by,key,name,from,to,kept,missed,n,percent_kept');
  expect(rows[0].split(',')[7]).toBe(all);
  const weeks = rows.filter((row) => row.startsWith('week,')).map((row) => row.split(','));
  expect(weeks.length).toBeGreaterThan(0);
  for (const [, monday, , ...days] of weeks) {
    expect(monday).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(new Date(`${monday}T00:00:00Z`).getUTCDay(), monday).toBe(1);
    for (const day of days.slice(0, 2)) expect(day).toMatch(/^\d{4}-\d\d-\d\d$/);
    for (const n of days.slice(2, 5)) expect(n).toMatch(/^\d+$/);
    expect(days[5]).toMatch(/^(\d+\.\d)?$/);
  }
  await context.close();
});
