/** A guest asks for help on a phone, with JavaScript and without. */
import { audit, expect, hydrated, test } from './desk.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const file = { name: 'display.txt', mimeType: 'text/plain', buffer: Buffer.from('The display shows 0.0') };

for (const javaScriptEnabled of [true, false]) {
  test(`a guest files a ticket with a file on a phone, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async ({ desk }) => {
    const { context, page } = await desk.open({ ...phone, javaScriptEnabled });
    await page.goto('/submit');
    if (javaScriptEnabled) await hydrated(page);
    await expect(page.getByText(/a person answers by/i).first()).toBeVisible();

    // Refused first: what was typed stays, the file too, and the error is at its field.
    await page.locator('[name=subject]').fill('Probe shows zero');
    await page.locator('[name=description]').fill('Both probes at the intake show 0.0 since Tuesday.');
    await page.locator('[name=name]').fill('Marta Oliveira');
    await page.locator('[name=email]').fill('marta@');
    await page.locator('input[type=file]').first().setInputFiles(file);
    await page.locator('form').evaluate((form: HTMLFormElement) => (form.noValidate = true)).catch(() => undefined);
    await page.getByRole('button', { name: 'Send request' }).last().click();
    await expect(page.locator('#email, [name=email]').first()).toHaveAttribute('aria-invalid', 'true');
    await expect(page.locator('[name=subject]')).toHaveValue('Probe shows zero');
    await expect(page.locator('[name=description]')).toHaveValue(/0\.0 since Tuesday/);
    await expect(page.getByText('display.txt')).toBeVisible();
    if (javaScriptEnabled) await audit(page);

    await page.locator('[name=email]').fill('marta@customer.example');
    await page.getByRole('button', { name: 'Send request' }).last().click();
    await page.waitForURL(/\/sent\//);
    await expect(page.getByText(/#\d+/).first()).toBeVisible();
    await expect(page.getByText(/a person answers by/i)).toBeVisible();
    await page.locator('a[href*="/track/"]').first().click();
    await page.waitForURL(/\/track\//);
    await expect(page.getByRole('heading', { name: 'Probe shows zero' })).toBeVisible();
    await expect(page.getByText('display.txt')).toBeVisible();
    await expect(page.getByText(/0\.0 since Tuesday/)).toBeVisible();
    await context.close();
  });
}

test('a form of a request that is refused comes back alive', async ({ desk }) => {
  const { context, page } = await desk.open(phone);
  const { track } = await desk.file(page, { subject: 'Refused answers' });
  const broken: string[] = [];
  page.on('pageerror', (error) => broken.push(error.message));
  await page.goto(track);
  await hydrated(page);
  await page.getByRole('button', { name: 'Send message' }).last().click();
  await page.waitForURL(/\/reply$/);
  await hydrated(page);
  await expect(page.locator('[name=text]')).toHaveAttribute('aria-invalid', 'true');
  await page.locator('[name=text]').fill('Here is the answer <b>as typed</b>.');
  await page.getByRole('button', { name: 'Send message' }).last().click();
  await expect(page.getByText('Here is the answer <b>as typed</b>.')).toBeVisible();
  // Its address, opened by itself, is the page.
  const answer = await page.request.get(`${new URL(track, desk.url).pathname}/reply`);
  expect(answer.status()).toBe(200);
  expect(broken).toEqual([]);
  await context.close();
});

test('a form that the browser makes itself offers the countries, and has what was typed before', async ({ desk }) => {
  const { context, page } = await desk.open(phone);
  await page.goto('/submit');
  await hydrated(page);
  const countries = await page.locator('#country option').count();
  expect(countries).toBeGreaterThan(200);
  await page.locator('#country').selectOption('PT');
  await page.locator('[name=subject]').fill('Half a request');
  await page.goto('/');
  await hydrated(page);
  // No new document: the page's own memory is still there afterwards.
  await page.evaluate(() => Object.assign(window, { same: true }));
  await page.getByRole('link', { name: 'Ask for help' }).first().click();
  await expect(page.locator('#country option')).toHaveCount(countries);
  expect(await page.evaluate(() => 'same' in window)).toBe(true);
  await expect(page.locator('#country')).toHaveValue('PT');
  await expect(page.locator('[name=subject]')).toHaveValue('Half a request');
  await context.close();
});

test('what a guest typed is there again after a reload, and gone once it is sent', async ({ desk }) => {
  const { context, page } = await desk.open(phone);
  await page.goto('/submit');
  await hydrated(page);
  await page.locator('[name=subject]').fill('Half a request');
  await page.locator('[name=description]').fill('I was called away while');
  await page.reload();
  await hydrated(page);
  await expect(page.locator('[name=subject]')).toHaveValue('Half a request');
  await expect(page.locator('[name=description]')).toHaveValue('I was called away while');
  await page.locator('[name=name]').fill('Marta Oliveira');
  await page.locator('[name=email]').fill('marta@customer.example');
  await page.getByRole('button', { name: 'Send request' }).last().click();
  await page.waitForURL(/\/sent\//);
  await hydrated(page);
  await page.goto('/submit');
  await hydrated(page);
  await expect(page.locator('[name=subject]')).toHaveValue('');
  await context.close();
});

test('the number of a ticket opens nothing, a changed link neither', async ({ desk, page }) => {
  const { number, track } = await desk.file(page, { subject: 'Who may read this' });
  expect((await page.request.get(`/track/${number}`)).status()).toBe(404);
  const path = new URL(track, desk.url).pathname;
  const changed = path.slice(0, -2) + (path.endsWith('AA') ? 'BB' : 'AA');
  expect((await page.request.get(changed)).status()).toBe(404);
});

test('whoever files too fast keeps what was typed', async ({ desk }) => {
  const { context, page } = await desk.open({ extraHTTPHeaders: {} });
  await page.goto('/submit');
  const form = { subject: 'Again', description: 'And again', name: 'Bot', email: 'bot@customer.example' };
  let status = 0;
  let body = '';
  for (let i = 0; i < 40 && status !== 429; i++) {
    const headers = { origin: desk.url, 'x-forwarded-for': '198.51.100.7' };
    const answer = await page.request.post('/submit', { multipart: form, headers, maxRedirects: 0 });
    status = answer.status();
    body = await answer.text();
  }
  expect(status).toBe(429);
  expect(body).toContain('And again');
  await context.close();
});
