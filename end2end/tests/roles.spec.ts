/** Each role at its own door and at the others'. */
import { audit, expect, homes, hydrated, test, type Role } from './desk.ts';

const roles = Object.keys(homes) as Role[];
const open: Record<string, Role[]> = {
  '/my': roles,
  '/desk': ['agent', 'admin', 'superadmin'],
  '/admin': ['admin', 'superadmin'],
  '/team': ['manager', 'superadmin'],
  '/team/escalations': ['admin', 'manager', 'ceo', 'superadmin'],
  '/executive': ['ceo', 'superadmin'],
  '/team/live': ['admin', 'manager', 'ceo', 'superadmin'],
  '/reports/sla': ['admin', 'manager', 'ceo', 'superadmin'],
  '/system': ['superadmin'],
};

for (const role of roles) {
  test(`${role}: lands at home, and is refused at doors that are not theirs`, async ({ desk }) => {
    const { context, page } = await desk.open();
    await desk.signIn(page, role);
    await hydrated(page);
    await expect(page.locator('h1').first()).toBeVisible();
    await audit(page);
    for (const [path, allowed] of Object.entries(open)) {
      const answer = await page.request.get(path);
      expect(answer.status(), `${role} at ${path}`).toBe(allowed.includes(role) ? 200 : 403);
    }
    await context.close();
  });
}

test('a guest is sent to sign in and comes back where they wanted to go', async ({ desk }) => {
  const { context, page } = await desk.open();
  await page.goto('/desk/mine');
  await page.waitForURL(/\/login/);
  await page.locator('form[action="/login/demo"]:has(input[value="agent"]) button').click();
  await page.waitForURL(/\/desk/);
  await context.close();
});

test('the live stream is shut to strangers and to foreign pages', async ({ desk, page }) => {
  expect((await page.request.get('/live')).status()).toBe(401);
  const { context, page: agent } = await desk.open();
  await desk.signIn(agent, 'agent');
  const foreign = await agent.request.get('/live', { headers: { origin: 'https://evil.example' } });
  expect(foreign.status()).toBe(403);
  await context.close();
});
