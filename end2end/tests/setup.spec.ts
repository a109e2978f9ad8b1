/** What an administrator types stays where it belongs. */
import { expect, hydrated, test } from './desk.ts';

for (const { path, field, save, row } of [
  { path: '/admin/categories', field: 'form[name]', save: 'Save', row: 'Invoices' },
  { path: '/admin/teams', field: 'form[name]', save: 'Save team', row: 'Calibration' },
]) {
  test(`what is typed at ${path} for one is not saved as another`, async ({ desk, page }) => {
    await desk.signIn(page, 'admin');
    await page.goto(path);
    await hydrated(page);
    const name = page.locator(`[name="${field}"]`);
    const word = `New ${Date.now()}`;
    await name.fill(word);
    await page.getByRole('link', { name: row, exact: true }).click();
    await expect(page.getByRole('heading', { name: `Change ${row}` })).toBeVisible();
    await expect(name).toHaveValue(row);

    // Refused, what was typed stays; at another one neither it nor the complaint is seen.
    await name.fill('');
    await page.getByRole('button', { name: save, exact: true }).click();
    await expect(name).toHaveAttribute('aria-invalid', 'true');
    await expect(name).toHaveValue('');
    await page.getByRole('link', { name: /^New (category|team)$/ }).click();
    await expect(page.getByRole('heading', { name: /^New (category|team)$/ })).toBeVisible();
    await expect(name).toHaveValue('');
    await expect(name).not.toHaveAttribute('aria-invalid', 'true');

    await name.fill(word);
    await page.getByRole('button', { name: save, exact: true }).click();
    await expect(page.getByRole('link', { name: word, exact: true })).toBeVisible();
    await expect(page.getByText('Saved.')).toBeVisible();
    await expect(name).toHaveValue('');
  });
}

test('whoever signs in was seen', async ({ desk, page }) => {
  await desk.signIn(page, 'superadmin');
  await page.goto('/system/users?role=superadmin');
  await expect(page.getByRole('row').filter({ hasText: 'Daniel Okoro' })).not.toContainText('never');
});

test('the server answers on the clock of the browser that asks', async ({ desk }) => {
  const { context, page } = await desk.open({ timezoneId: 'Pacific/Kiritimati' });
  await desk.signIn(page, 'agent');
  await hydrated(page);
  const zone = (await context.cookies()).find((cookie) => cookie.name === 'zone');
  expect(decodeURIComponent(zone!.value)).toBe('Pacific/Kiritimati');
  // The hours of the start page are words of the server: the first is the one that has begun here.
  await page.goto('/desk');
  const hour = await page.evaluate(() => `${String(new Date().getHours()).padStart(2, '0')}:00`);
  expect(await page.locator('main').innerText()).toContain(hour);
  await context.close();
});
