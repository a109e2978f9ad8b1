/** The calendars' editor: what hours mean while they are typed, and holidays from a file. */
import { audit, decide, expect, hydrated, publish, test } from './desk.ts';

const calendars = '/admin/sla/calendars';
const answer = '.probe .answer';

const holidays = [
  'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Google Inc//Google Calendar 70.9054//EN',
  'BEGIN:VEVENT', 'UID:1', 'DTSTART;VALUE=DATE:20301225', 'DTEND;VALUE=DATE:20301226', 'SUMMARY:Christmas Day', 'END:VEVENT',
  'BEGIN:VEVENT', 'UID:2', 'DTSTART;VALUE=DATE:20250101', 'RRULE:FREQ=YEARLY', 'SUMMARY:New Year’s Day', 'END:VEVENT',
  'BEGIN:VEVENT', 'UID:3', 'SUMMARY:Some day', 'END:VEVENT',
  'END:VCALENDAR', '',
].join('\r\n');
const file = (text: string) => ({ name: 'holidays.ics', mimeType: 'text/calendar', buffer: Buffer.from(text) });

test('the week and the answer follow what is typed, and what is wrong is said once its field is left', async ({ desk }) => {
  const { context, page } = await desk.open();
  await desk.signIn(page, 'admin');
  await page.goto(`${calendars}/new`);
  await hydrated(page);
  await expect(page.locator('.coming li')).toHaveCount(7);
  await page.locator('[name=zone]').fill('Europe/Lisbon');
  await page.locator('[name="probe.from"]').fill('2030-12-02T16:00');
  await expect(page.locator(answer)).toContainText('are over on Tuesday 3 December 2030, 16:00');

  // A longer Monday (the second of December is one), then one that overlaps itself.
  await page.locator('[name="weekly.mon"]').fill('09:00-24:00');
  await expect(page.locator(answer)).toContainText('are over on Tuesday 3 December 2030, 00:00');
  await page.locator('[name="weekly.mon"]').fill('09:00-13:00, 12:00-18:00');
  await expect(page.locator('.probe')).toContainText('Monday 09:00-13:00 and 12:00-18:00 overlap: counted once.');
  await expect(page.locator(answer)).toContainText('are over on Tuesday 3 December 2030, 15:00');
  await page.locator('[name="probe.hours"]').fill('2,5');
  await expect(page.locator(answer)).toContainText('2.5 working hours');

  const tuesday = page.locator('[name="weekly.tue"]');
  await tuesday.fill('9 to');
  await expect(page.locator('.probe[data-old]')).toBeVisible();
  await expect(tuesday, 'not while it is being written').not.toHaveAttribute('aria-invalid', 'true');
  await tuesday.press('Tab');
  await expect(tuesday).toHaveAttribute('aria-invalid', 'true');
  await audit(page);
  await tuesday.fill('09:00-17:00');
  await expect(tuesday).not.toHaveAttribute('aria-invalid', 'true');

  // Enter asks; nothing is saved by it.
  await page.locator('[name="probe.hours"]').fill('1');
  await page.locator('[name="probe.hours"]').press('Enter');
  await expect(page.locator(answer)).toContainText('1 working hour from Monday 2 December 2030, 16:00 is over on Monday 2 December 2030, 17:00');
  await expect(page).toHaveURL(/\/calendars\/new$/);
  await audit(page);
  await context.close();
});

for (const javaScriptEnabled of [true, false]) {
  test(`holidays come from a file ${javaScriptEnabled ? 'with' : 'without'} JavaScript, and nothing typed is lost`, async ({ desk }) => {
    const { context, page } = await desk.open({ javaScriptEnabled });
    await desk.signIn(page, 'admin');
    await page.goto(`${calendars}/new`);
    if (javaScriptEnabled) await hydrated(page);
    const name = `Imported ${Date.now()}`;
    const list = page.locator('textarea[name=holidays]');
    await page.locator('[name=name]').fill(name);
    await page.locator('[name=zone]').fill('Europe/Madrid');
    await list.fill('2030-12-24 14:00-24:00 Eve');
    const add = page.getByRole('button', { name: 'Add its holidays' });

    await page.locator('[name=ics]').setInputFiles(file('This is a letter.'));
    await add.click();
    await expect(page.locator('.field:has([name=ics]) .error-text')).toContainText('cannot be read from line 1 on');
    if (javaScriptEnabled) await hydrated(page);
    await expect(list).toHaveValue('2030-12-24 14:00-24:00 Eve');

    // Whoever forgets to add a file that was chosen is told, not left without its holidays.
    await page.locator('[name=ics]').setInputFiles(file(holidays));
    await page.getByRole('button', { name: 'See what changes' }).click();
    await expect(page.locator('.field:has([name=ics]) .error-text')).toContainText('Add this file’s holidays first');
    if (javaScriptEnabled) await hydrated(page);

    await page.locator('[name=ics]').setInputFiles(file(holidays));
    await add.click();
    await expect(page.getByText('2 holidays were added below.')).toBeVisible();
    if (javaScriptEnabled) await hydrated(page);
    await expect(page.getByText('“Some day” has no date that we can read and was left out.')).toBeVisible();
    await expect(list).toHaveValue('2030-12-24 14:00-24:00 Eve\n01-01 New Year’s Day\n2030-12-25 Christmas Day');
    await expect(page.locator('[name=name]')).toHaveValue(name);
    if (javaScriptEnabled) await audit(page);

    // The answer to what is typed, before it is published.
    await page.locator('[name="probe.from"]').fill('2030-12-24T13:00');
    await page.getByRole('button', { name: 'When are they over?' }).click();
    await expect(page.locator(answer)).toContainText('are over on Thursday 26 December 2030, 16:00');

    await publish(page);
    await expect(page.locator('textarea[name=holidays]')).toHaveValue(/01-01 New Year’s Day/);
    // Other tests have a desk without it.
    await page.getByRole('button', { name: `Retire ${name}` }).click();
    await decide(page);
    await context.close();
  });
}
