/** An administrator changes hours and promises: sees what it does, publishes it, and open pages follow. */
import type { Page } from '@playwright/test';
import { audit, decide, expect, hydrated, publish, test } from './desk.ts';

const review = (page: Page) => page.locator('#review');

/** What the form says is looked at, then published for open tickets too. */
async function publishForAll(page: Page, heading: RegExp | string) {
  await page.getByRole('button', { name: 'See what changes' }).click();
  await expect(review(page).getByRole('heading')).toHaveText(heading);
  await decide(page, 'Open tickets too');
  await expect(page.getByText('Published. Open tickets follow')).toBeVisible();
}

test('hours and promises are tried, published, and the open ticket follows', async ({ desk }) => {
  test.setTimeout(120_000);
  const word = `dry${Date.now()}`;
  const admin = await desk.open();
  const guest = await desk.open();
  const subject = `Moves ${word}`;
  const { number } = await desk.file(guest.page, { subject });

  // A mark by which the policy knows this ticket and no other.
  await desk.signIn(admin.page, 'admin');
  await admin.page.goto(`/tickets/${number}`);
  await hydrated(admin.page);
  await admin.page.locator('summary[aria-label="More actions"]').click();
  await admin.page.locator('.ticket-head').getByRole('button', { name: 'Tags…' }).click();
  const tags = admin.page.getByRole('dialog', { name: 'Tags' });
  await tags.getByRole('textbox').fill(word);
  await tags.getByRole('button', { name: 'Save' }).click();
  await expect(admin.page.locator('.ticket-side .tag')).toHaveText([word]);

  const set = await admin.context.newPage();
  await set.goto('/admin/sla/calendars/new');
  await hydrated(set);
  await set.locator('[name=name]').fill(`Hours ${word}`);
  await set.locator('[name=zone]').fill('Europe/Lisbon');
  for (const day of ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) {
    await set.locator(`[name="weekly.${day}"]`).fill('00:00-24:00');
  }
  // What was published for new tickets only until now comes along, so the count may be any.
  await publishForAll(set, /open tickets: /);
  const calendar = new URL(set.url()).pathname;

  await set.goto('/admin/sla/policies/new');
  await hydrated(set);
  await set.locator('[name=name]').fill(`Promise ${word}`);
  await set.locator('select[name="conditions.0.field"]').selectOption('tag');
  await set.locator('[name="conditions.0"]').fill(word);
  for (const priority of ['low', 'normal', 'high', 'urgent']) {
    await set.locator(`[name="${priority}.first_reply"]`).fill(`20 min in Hours ${word}`);
  }
  await publishForAll(set, /open tickets: 1 due time moves$/);
  const policy = new URL(set.url()).pathname;

  // The open page of the ticket says so without being loaded again, and why.
  const story = admin.page.locator('.ticket-line');
  await expect(story).toContainText(`Promised anew by Promise ${word}`);
  const why = admin.page.locator('.ticket-side');
  await expect(why).toContainText(`Promise ${word}`);
  await expect(why).toContainText(/From .+ to 20 min/);

  // What is shown can be left: nothing was written by looking.
  await set.locator('[name="normal.first_reply"]').fill(`10 min in Hours ${word}`);
  await expect(set.locator('[name="normal.first_reply"]')).toHaveAccessibleName(/was 20 min in Hours/);
  await set.getByRole('button', { name: 'See what changes' }).click();
  await expect(review(set).getByRole('heading')).toHaveText(/1 due time moves$/);
  await expect(review(set).getByRole('row').filter({ hasText: subject })).toContainText('10 min earlier');
  await expect(set.locator('[name="normal.first_reply"]')).toHaveValue(`10 min in Hours ${word}`);
  await audit(set);
  await review(set).getByRole('link', { name: 'Discard' }).click();
  await expect(set.locator('[name="normal.first_reply"]')).toHaveValue(`20 min in Hours ${word}`);

  // Nobody works there any more but on one morning a week, the day after tomorrow: the promise waits for it.
  await set.goto(calendar);
  await hydrated(set);
  const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
  const open = days[(new Date().getDay() + 2) % 7];
  for (const day of days) {
    await set.locator(`[name="weekly.${day}"]`).fill(day === open ? '03:00-03:05, 04:00-04:30' : '');
  }
  await publishForAll(set, /open tickets: 1 due time moves$/);
  await expect(why).toContainText('Still 20 min, by other hours');
  await expect(why).toContainText(new RegExp(`Why ${open}`, 'i'));

  // An earlier version is looked at and published again.
  await set.locator('details.versions summary').click();
  await set.getByRole('link', { name: 'Version 1', exact: true }).click();
  await expect(set.locator('[name="weekly.mon"]')).toHaveValue('00:00-24:00');
  await publishForAll(set, /open tickets: 1 due time moves$/);
  await expect(set.getByText(/Version 3 is live/)).toBeVisible();

  // Five seconds were over long ago: late at once, by a change that counts against nobody. The live page follows.
  const executive = await desk.open();
  await desk.signIn(executive.page, 'ceo');
  await executive.page.goto('/team/live');
  await hydrated(executive.page);
  const late = executive.page.locator('.figure').filter({ hasText: 'Late now' }).locator('.value');
  const count = async () => Number((await late.innerText()).replace(/\D/g, ''));
  const before = await count();
  await set.goto(policy);
  await hydrated(set);
  for (const priority of ['low', 'normal', 'high', 'urgent']) {
    await set.locator(`[name="${priority}.first_reply"]`).fill(`5 s in Hours ${word}`);
  }
  await publishForAll(set, /open tickets: 1 due time moves, 1 is late at once$/);
  await expect.poll(count).toBeGreaterThan(before);
  await expect(why).toContainText('Late by a change of target');
  await expect(why).toContainText('Counts against nobody');

  // Taken back, also without JavaScript: the ticket is promised what everybody is.
  const plain = await desk.open({ javaScriptEnabled: false, storageState: await admin.context.storageState() });
  await plain.page.goto(policy);
  await plain.page.getByRole('button', { name: /^Retire Promise/ }).click();
  await decide(plain.page, 'Open tickets too');
  expect(new URL(plain.page.url()).pathname).toBe('/admin/sla');
  await expect(why).toContainText(/From 5 s to/);
  await plain.page.goto(calendar);
  await plain.page.getByRole('button', { name: /^Retire Hours/ }).click();
  await decide(plain.page);
  for (const { context } of [admin, guest, plain, executive]) await context.close();
});

test('policies are put in order by dragging and by buttons, and the last one stays', async ({ desk, page }) => {
  await desk.signIn(page, 'admin');
  const word = `order${Date.now()}`;
  for (const name of [`B ${word}`, `A ${word}`]) {
    await page.goto('/admin/sla/policies/new');
    await hydrated(page);
    await page.locator('[name=name]').fill(name);
    await page.locator('select[name="conditions.0.field"]').selectOption('tag');
    await page.locator('[name="conditions.0"]').fill(word);
    await publish(page);
  }
  await hydrated(page);
  const rows = page.locator('.policy-list li');
  const names = () => rows.locator('a').allInnerTexts();
  const before = await names();
  const at = before.indexOf(`B ${word}`);
  expect(before[at + 1]).toBe(`A ${word}`);

  await rows.nth(at + 1).dragTo(rows.nth(at));
  await expect(review(page)).toContainText(`A ${word}, put in another place of the order`);
  await decide(page);
  await expect.poll(async () => (await names()).slice(at, at + 2)).toEqual([`A ${word}`, `B ${word}`]);

  await page.getByRole('button', { name: `Move A ${word} down` }).press('Enter');
  await review(page).getByRole('button', { name: 'Publish' }).press('Enter');
  await page.waitForURL(/published=new/);
  await expect.poll(names).toEqual(before);

  // Nothing goes below the policy for everyone else, and it goes nowhere.
  await expect(rows.last().getByRole('button')).toHaveCount(0);
  await expect(rows.nth(before.length - 2).getByRole('button', { name: /down$/ })).toHaveCount(0);
  await rows.nth(at).dragTo(rows.last());
  await expect(review(page)).toHaveCount(0);
  for (const name of [`A ${word}`, `B ${word}`]) {
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByRole('button', { name: `Retire ${name}` }).click();
    await decide(page);
  }
});
