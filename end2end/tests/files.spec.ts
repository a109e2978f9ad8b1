/** Files of a form: chosen, pasted and dropped, taken back, refused at the field; the same on every form. */
import { expect, hydrated, test } from './desk.ts';
import type { Page } from '@playwright/test';

const text = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(`This is ${name}`) });
const rows = (page: Page) => page.locator('.upload');

/** Fires `kind` on the body as a browser does for files. */
async function bring(page: Page, kind: 'paste' | 'drop', name: string) {
  await page.evaluate(([kind, name]) => {
    const data = new DataTransfer();
    data.items.add(new File(['bytes'], name, { type: 'image/png' }));
    const event = kind === 'paste'
      ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
      : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
  }, [kind, name] as const);
}

test('a guest chooses, drops, pastes and takes back files by keyboard', async ({ page }) => {
  await page.goto('/submit');
  await hydrated(page);
  await page.locator('#files').setInputFiles([text('one.txt'), text('two.txt')]);
  await bring(page, 'drop', 'dropped.png');
  await bring(page, 'paste', 'pasted.png');
  await expect(rows(page)).toHaveCount(4);
  await expect(page.locator('.upload .ok-text')).toHaveCount(4);
  await page.getByRole('button', { name: 'Remove two.txt' }).focus();
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(3);
  await expect(page.locator('#files')).toBeFocused();
  await page.reload();
  await expect(rows(page)).toHaveCount(0);
});

test('a file that is too large is refused at the field', async ({ page }) => {
  await page.goto('/submit');
  await hydrated(page);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(25 * 1024 * 1024 + 1)], 'film.mp4'));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await expect(page.locator('#files-error')).toContainText('film.mp4 is larger than 25 MB');
  await expect(page.locator('#files')).toHaveAttribute('aria-invalid', 'true');
  await expect(rows(page)).toHaveCount(0);
});

test('a form waits for its files, and a file taken back on its way does not come along', async ({ desk, page }) => {
  await page.goto('/submit');
  await hydrated(page);
  let let_through: () => void = () => undefined;
  const held = new Promise<void>((go) => (let_through = go));
  await page.route('**/uploads', async (route) => {
    if (route.request().postDataBuffer()?.includes('kept.txt')) await held;
    await route.continue();
  });
  await page.locator('#files').setInputFiles([text('kept.txt'), text('gone.txt')]);
  await page.getByRole('button', { name: 'Remove gone.txt' }).click();
  await page.locator('[name=subject]').fill('With one file');
  await page.locator('[name=description]').fill('It waits.');
  await page.locator('[name=name]').fill('Marta Oliveira');
  await page.locator('[name=email]').fill('marta@customer.example');
  await page.getByRole('button', { name: 'Send request' }).last().click();
  expect(new URL(page.url()).pathname).toBe('/submit');
  let_through();
  await page.waitForURL(/\/sent\//);
  await page.locator('a[href*="/track/"]').first().click();
  await page.waitForURL(/\/track\//);
  await expect(page.getByText('kept.txt')).toBeVisible();
  await expect(page.getByText('gone.txt')).toHaveCount(0);
});

test('an agent pastes a picture into an answer and attaches a file to a note', async ({ desk, page }) => {
  const guest = await desk.open();
  const { number, track } = await desk.file(guest.page, { subject: `Files ${Date.now()}` });
  await desk.signIn(page, 'admin');
  await page.goto(`/tickets/${number}`);
  await hydrated(page);
  await page.keyboard.press('n');
  await page.keyboard.type('Look at this, colleagues.');
  await page.locator('.composer input[type=file]').setInputFiles(text('internal.txt'));
  await expect(page.locator('.composer .ok-text')).toHaveCount(1);
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.ticket-line').getByText('internal.txt')).toBeVisible();
  await expect(page.locator('.composer .upload')).toHaveCount(0);
  await page.locator('#answer').evaluate((area: HTMLTextAreaElement) => area.blur());
  await page.keyboard.press('r');
  await page.keyboard.type('See the picture.');
  await bring(page, 'paste', 'answer.png');
  // Sent at once: the answer waits for the picture.
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.ticket-line').getByText('answer.png').or(page.locator('.ticket-line img[alt*="answer.png"]')).first()).toBeVisible();
  await guest.page.goto(track);
  await expect(guest.page.getByText('See the picture.')).toBeVisible();
  await expect(guest.page.getByText('internal.txt')).toHaveCount(0);
  await guest.context.close();
});
