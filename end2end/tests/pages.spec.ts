/** Every page in both themes and sizes: no violation of accessibility, nothing wider than the screen, nothing said in
 *  the console, and a picture to look at under end2end/shots/out. */
import { mkdirSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { audit, expect, hydrated, test, type Desk, type Role } from './desk.ts';

/** An address, or how to find one: pages of a thing have its number in their address. */
type Place = string | { name: string; find: (page: Page, desk: Desk) => Promise<string> };

/** Where the first link of this kind on `from` leads. */
const first = (name: string, from: string, link: string): Place => ({
  name,
  find: async (page) => {
    await page.goto(from);
    return (await page.locator(link).first().getAttribute('href'))!;
  },
});

const filed = (name: string, which: 'sent' | 'track'): Place => ({
  name,
  find: async (page, desk) => {
    const { track } = await desk.file(page, { subject: 'Display stays dark', email: `${name}@customer.example` });
    return which === 'sent' ? new URL(page.url()).pathname : new URL(track, desk.url).pathname;
  },
});

const shots = 'shots/out';
const pages: [Role | 'guest', Place[]][] = [
  ['guest', ['/', '/submit', '/login', '/register', '/forgot', '/reset/nothing', '/nowhere', filed('sent', 'sent'), filed('track', 'track')]],
  ['user', ['/my', '/my/tickets', first('my-ticket', '/my/tickets', 'a[href^="/my/tickets/"]'), '/my/profile', '/my/notifications']],
  ['agent', ['/desk', '/desk/unassigned', '/desk/all', '/desk?pane=views', first('desk-ticket', '/desk', 'a.trow'),
    '/tickets', first('ticket', '/tickets', 'a.trow'), '/ratings']],
  ['admin', ['/admin', '/admin/routing', '/admin/categories', '/admin/teams', '/admin/sla', '/admin/sla/policies/new',
    '/admin/sla/calendars', '/desk/late']],
  ['manager', ['/team', '/team/live', '/team/escalations', '/reports/sla', first('person-led', '/team', 'a[href^="/team/people/"]')]],
  ['ceo', ['/executive', '/executive?period=year', '/team/live', '/reports/sla?period=year', first('manager', '/executive', 'a[href^="/executive/people/"]')]],
  ['superadmin', ['/system', '/system/users', '/system/users/new', first('user', '/system/users', 'a[href^="/system/users/"]:not([href$="new"])'),
    '/system/sessions', '/system/settings', '/system/audit', '/dev/mail', first('mail', '/dev/mail', 'a[href^="/dev/mail/"]'), '/dev/components', '/dev/countdown']],
];
const sizes = [{ width: 1440, height: 900 }, { width: 390, height: 844 }];

mkdirSync(shots, { recursive: true });

for (const [role, places] of pages) {
  for (const place of places) {
    const name = typeof place === 'string' ? place : place.name;
    test(`${name} as ${role}`, async ({ desk }) => {
      test.setTimeout(120_000);
      const { context, page } = await desk.open();
      const broken: string[] = [];
      if (role !== 'guest') {
        await desk.signIn(page, role);
        await hydrated(page);
      }
      const path = typeof place === 'string' ? place : await place.find(page, desk);
      page.on('pageerror', (e) => broken.push(e.message));
      page.on('console', (m) => {
        // The audit itself tries to get into the frame of a mail, and must not.
        const expected = /status of 40[34]|Blocked script execution in 'about:srcdoc'/;
        if (['error', 'warning'].includes(m.type()) && !expected.test(m.text())) broken.push(m.text());
      });
      for (const viewport of sizes) {
        await page.setViewportSize(viewport);
        await page.goto(path);
        await hydrated(page);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const shot = `${name.replace(/^\//, '').replace(/[/?=]/g, '-') || 'front'}-${viewport.width}-${colorScheme}.png`;
          await page.screenshot({ path: `${shots}/${shot}`, fullPage: true, animations: 'disabled' });
          const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          expect(over, `${path} at ${viewport.width} is wider than the screen`).toBeLessThanOrEqual(0);
          // As tall as the page: else what lies half under the bar at the screen's foot, until one scrolls, counts.
          const height = await page.evaluate(() => document.documentElement.scrollHeight);
          await page.setViewportSize({ ...viewport, height });
          await audit(page);
          await page.setViewportSize(viewport);
        }
      }
      expect(broken, `said in the browser's console on ${path}`).toEqual([]);
      await context.close();
    });
  }
}
