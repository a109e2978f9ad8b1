/** What every test needs: people who sign in, tickets that are filed, pages that are audited. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Browser, type BrowserContext, type Page } from '@playwright/test';

export type Role = 'user' | 'agent' | 'admin' | 'manager' | 'ceo' | 'superadmin';

export const homes: Record<Role, string> = {
  user: '/my', agent: '/desk', admin: '/admin', manager: '/team', ceo: '/executive', superadmin: '/system',
};

export interface Filed { number: string; track: string }

export class Desk {
  constructor(readonly browser: Browser) {}

  get url() { return process.env.KEPT_URL!; }

  /** A browser of its own, as a second person has one. */
  async open(options: Parameters<Browser['newContext']>[0] = {}): Promise<{ context: BrowserContext; page: Page }> {
    const context = await this.browser.newContext({ baseURL: this.url, viewport: { width: 1440, height: 900 }, ...options });
    return { context, page: await context.newPage() };
  }

  /** Signs in by the demo form of `role` and lands on its home. */
  async signIn(page: Page, role: Role) {
    await page.goto('/login');
    await page.locator(`form[action="/login/demo"]:has(input[name="role"][value="${role}"]) button`).click();
    await page.waitForURL((url) => url.pathname.startsWith(homes[role]));
  }

  /** Files a ticket as a guest, by the form. */
  async file(page: Page, ticket: { subject: string; description?: string; name?: string; email?: string }): Promise<Filed> {
    await page.goto('/submit');
    await page.locator('[name=subject]').fill(ticket.subject);
    await page.locator('[name=description]').fill(ticket.description ?? 'It happened this morning, twice.');
    await page.locator('[name=name]').fill(ticket.name ?? 'Marta Oliveira');
    await page.locator('[name=email]').fill(ticket.email ?? 'marta@customer.example');
    await page.getByRole('button', { name: /send/i }).click();
    await page.waitForURL(/\/sent\//);
    const number = (await page.locator('main').innerText()).match(/#(\d+)/)![1];
    const track = (await page.locator('a[href*="/track/"]').first().getAttribute('href'))!;
    return { number, track };
  }
}

/** Publishes what the policies' or calendars' page holds, after a look at what it does. */
export async function publish(page: Page, concerns: 'New tickets only' | 'Open tickets too' = 'New tickets only') {
  await page.getByRole('button', { name: 'See what changes' }).click();
  await decide(page, concerns);
}

/** Publishes what is looked at. */
export async function decide(page: Page, concerns: 'New tickets only' | 'Open tickets too' = 'New tickets only') {
  const review = page.locator('#review');
  await review.getByLabel(concerns).check();
  await review.getByRole('button', { name: 'Publish' }).click();
  await page.waitForURL(/published=/);
}

/** Fills in a new policy, `Seconds WORD`: whoever comes by the form is answered within `promise`, day and night. */
export async function fillSeconds(page: Page, word: string, promise: string) {
  await page.goto('/admin/sla/policies/new');
  await hydrated(page);
  await page.locator('[name=name]').fill(`Seconds ${word}`);
  await page.locator('select[name="conditions.0.field"]').selectOption('channel');
  await page.locator('[name="conditions.0"]').fill('form');
  const always = page.locator('select[name="normal.calendar"] option').filter({ hasText: /always|24|day and night/i });
  const calendar = (await always.first().getAttribute('value'))!;
  for (const priority of ['low', 'normal', 'high', 'urgent']) {
    await page.locator(`[name="${priority}.first_reply"]`).fill(promise);
    await page.locator(`select[name="${priority}.calendar"]`).selectOption(calendar);
  }
}

/** Retires it: other tests make ordinary promises. */
export async function retireSeconds(page: Page, word: string) {
  await page.goto('/admin/sla');
  await page.getByRole('link', { name: `Seconds ${word}` }).click();
  await page.getByRole('button', { name: `Retire Seconds ${word}` }).click();
  await decide(page);
}

/** No violation of WCAG 2.2 A and AA on the page as it stands. */
export async function audit(page: Page) {
  const found = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const said = found.violations.map((v) => `${v.id}: ${v.help}\n    ${v.nodes.slice(0, 4).map((n) => n.target.join(' ')).join('\n    ')}`);
  expect(said, `axe-core on ${page.url()}`).toEqual([]);
}

/** The page is alive: its WebAssembly has taken over what the server rendered. */
export async function hydrated(page: Page) {
  await page.waitForFunction(() => document.documentElement.dataset.hydrated !== undefined, undefined, { timeout: 20_000 });
}

export const test = base.extend<{ desk: Desk }>({
  baseURL: async ({}, use) => use(process.env.KEPT_URL!),
  desk: async ({ browser }, use) => use(new Desk(browser)),
});

export { expect };
