/** Two administrators change the same policy at once; and nothing that was typed is lost by leaving its page. */
import { audit, decide, expect, hydrated, publish, test } from './desk.ts';

test('the second sees what the first published, with what was not touched taken over', async ({ desk }) => {
  const word = `both${Date.now()}`;
  const ada = await desk.open();
  await desk.signIn(ada.page, 'admin');
  await ada.page.goto('/admin/sla/policies/new');
  await hydrated(ada.page);
  await ada.page.locator('[name=name]').fill(`Policy ${word}`);
  await ada.page.locator('select[name="conditions.0.field"]').selectOption('tag');
  await ada.page.locator('[name="conditions.0"]').fill(word);
  await publish(ada.page);
  const policy = new URL(ada.page.url()).pathname;

  const bo = await desk.open();
  await desk.signIn(bo.page, 'superadmin');
  await bo.page.goto(policy);
  await hydrated(bo.page);
  await bo.page.locator('[name="urgent.first_reply"]').fill('7 min');

  await ada.page.goto(policy);
  await hydrated(ada.page);
  await ada.page.locator('[name="high.first_reply"]').fill('70 min');
  await ada.page.getByRole('button', { name: 'See what changes' }).click();
  await expect(ada.page.locator('#review .changes li')).toHaveText([/First reply, high: .*1 h 10 min/]);
  await decide(ada.page);

  await bo.page.getByRole('button', { name: 'See what changes' }).click();
  await expect(bo.page.getByText('changed this a moment ago')).toBeVisible();
  await expect(bo.page.getByRole('region', { name: 'What you would change' }).getByRole('listitem')).toHaveText([
    /First reply, urgent: .*7 min/,
  ]);
  await expect(bo.page.locator('[name="high.first_reply"]')).toHaveValue('1 h 10 min');
  await audit(bo.page);
  await publish(bo.page);
  await expect(bo.page.locator('[name="urgent.first_reply"]')).toHaveValue('7 min');
  await expect(bo.page.locator('[name="high.first_reply"]')).toHaveValue('1 h 10 min');

  // Retired by one, still being written by the other.
  await ada.page.goto(policy);
  await hydrated(ada.page);
  await ada.page.locator('[name="low.first_reply"]').fill('9 min');
  await bo.page.getByRole('button', { name: `Retire Policy ${word}` }).click();
  await decide(bo.page);
  await ada.page.getByRole('button', { name: 'See what changes' }).click();
  await expect(ada.page.getByText('This policy was retired meanwhile')).toBeVisible();
  await expect(ada.page.locator('[name="low.first_reply"]')).toHaveValue('9 min');
  await publish(ada.page);
  await ada.page.getByRole('button', { name: `Retire Policy ${word}` }).click();
  await decide(ada.page);
  for (const { context } of [ada, bo]) await context.close();
});

test('a page with something unsaved is not left without a question', async ({ desk, page }) => {
  await desk.signIn(page, 'admin');
  await page.goto('/admin/sla');
  await hydrated(page);
  const questions: string[] = [];
  let leave = false;
  page.on('dialog', async (dialog) => {
    questions.push(dialog.type());
    await (leave ? dialog.accept() : dialog.dismiss());
  });
  const name = page.locator('[name=name]');
  const elsewhere = () => page.getByRole('link', { name: 'Calendars' }).click();

  // Untouched, nobody is asked.
  await elsewhere();
  await expect(page).toHaveURL(/calendars$/);
  expect(questions).toEqual([]);
  await page.goto('/admin/sla');
  await hydrated(page);

  const typed = `${await name.inputValue()} and more`;
  await name.fill(typed);
  await elsewhere();
  await expect.poll(() => questions).toEqual(['beforeunload']);
  await expect(name).toHaveValue(typed);
  await page.getByRole('button', { name: 'See what changes' }).click();
  await expect(page.locator('#review')).toBeVisible();
  await hydrated(page);
  expect(questions).toHaveLength(1);
  await page.locator('#review').getByRole('link', { name: 'Discard' }).click();
  await expect(name).not.toHaveValue(typed);
  expect(questions).toHaveLength(1);

  await hydrated(page);
  await name.fill(typed);
  leave = true;
  await elsewhere();
  await expect(page).toHaveURL(/calendars$/);
  expect(questions).toHaveLength(2);
});
