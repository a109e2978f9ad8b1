/** A ticket's own page without a mouse: the same keys as on the desk. */
import { expect, hydrated, test } from './desk.ts';

test('a ticket is taken, noted, answered and solved by keys on its own page', async ({ desk, page }) => {
  const guest = await desk.open();
  const subject = `Keys ${Date.now()}`;
  const { number } = await desk.file(guest.page, { subject });
  await desk.signIn(page, 'admin');
  await page.goto(`/tickets/${number}`);
  await hydrated(page);
  const said = (words: string) => page.getByRole('status').filter({ hasText: words });

  await page.keyboard.press('a');
  await expect(said(`${subject} is yours`)).toBeVisible();
  // The status itself: the menu under it has these words, too.
  await expect(page.locator('#ticket-status .badge').first()).toContainText('In progress');

  await page.keyboard.press('s');
  await expect(page.locator('#ticket-status details[open]')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('#ticket-status details[open]')).toHaveCount(0);
  expect(new URL(page.url()).pathname).toBe(`/tickets/${number}`);

  await page.keyboard.press('n');
  await expect(page.locator('#answer')).toBeFocused();
  await page.keyboard.type('For colleagues.');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.ticket-line').getByText('For colleagues.')).toBeVisible();
  // The cursor stays where it was, so that nothing typed becomes a command; Escape leaves the field.
  await expect(page.locator('#answer')).toBeFocused();
  await page.keyboard.press('Escape');

  await page.keyboard.press('r');
  await expect(page.locator('.composer')).toHaveAttribute('data-mode', 'reply');
  await page.keyboard.type('Please restart it.');
  await page.keyboard.press('Control+Enter');
  await expect(said('Reply sent')).toBeVisible();
  await expect(page.locator('.ticket-line').getByText('Please restart it.')).toBeVisible();
  await page.keyboard.press('Escape');

  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard' });
  await expect(sheet).toContainText('Internal note');
  await expect(sheet).not.toContainText('Next ticket');
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();

  await page.keyboard.press('e');
  await expect(said(`${subject} is resolved`)).toBeVisible();
  await expect(page.locator('#ticket-status .badge').first()).toContainText('Resolved');

  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox', { name: 'Search tickets' })).toBeFocused();
  await page.locator('body').click({ position: { x: 700, y: 5 } });

  await page.keyboard.press('Escape');
  await page.waitForURL((url) => url.pathname === '/tickets');
  await guest.context.close();
});

test('the menus of a ticket do what they say and close', async ({ desk, page }) => {
  const guest = await desk.open();
  const { number } = await desk.file(guest.page, { subject: `Menus ${Date.now()}` });
  await desk.signIn(page, 'admin');
  await page.goto(`/tickets/${number}`);
  await hydrated(page);
  const open = page.locator('.ticket-head details[open]');
  const more = page.locator('summary[aria-label="More actions"]');
  const choose = (name: string) => page.locator('.ticket-head').getByRole('button', { name }).click();

  await more.focus();
  await page.keyboard.press('Enter');
  await expect(open).toHaveCount(1);
  await choose('Watch');
  await expect(page.getByRole('status').filter({ hasText: 'You watch this ticket' })).toBeVisible();
  await expect(open).toHaveCount(0);
  await more.click();
  await expect(page.locator('.ticket-head').getByRole('button', { name: 'Stop watching' })).toBeVisible();

  await choose('Tags…');
  await expect(open).toHaveCount(0);
  const tags = page.getByRole('dialog', { name: 'Tags' });
  await tags.getByRole('textbox').fill('tank, <b>north</b>');
  await tags.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.ticket-side .tag')).toHaveText(['<b>north</b>', 'tank']);

  await page.getByRole('button', { name: 'Change the category' }).click();
  await expect(page.getByRole('dialog', { name: 'Category' })).toBeVisible();
  await page.keyboard.press('Escape');
  await guest.context.close();
});

test('the menus of a ticket work without JavaScript', async ({ desk }) => {
  const guest = await desk.open();
  const { number } = await desk.file(guest.page, { subject: `Plain ${Date.now()}` });
  const { context, page } = await desk.open({ javaScriptEnabled: false });
  await desk.signIn(page, 'admin');
  await page.goto(`/tickets/${number}`);
  await page.locator('#ticket-priority summary').click();
  await page.locator('#ticket-priority').getByRole('button', { name: 'Urgent' }).click();
  await expect(page.locator('#ticket-priority summary')).toContainText('Urgent');
  await page.locator('summary[aria-label="More actions"]').click();
  await page.locator('.ticket-head').getByRole('button', { name: 'Watch' }).click();
  await page.locator('summary[aria-label="More actions"]').click();
  await expect(page.locator('.ticket-head').getByRole('button', { name: 'Stop watching' })).toBeVisible();
  await context.close();
  await guest.context.close();
});
