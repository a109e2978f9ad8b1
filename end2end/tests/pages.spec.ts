/** Every page in both themes and sizes: no violation of accessibility, nothing wider than the screen, and a
 *  picture to look at under end2end/shots/out. */
import { mkdirSync } from 'node:fs';
import { audit, expect, hydrated, test, type Role } from './desk.ts';

const shots = 'shots/out';
const pages: [Role | 'guest', string[]][] = [
  ['guest', ['/', '/submit', '/login', '/register', '/forgot', '/nowhere']],
  ['user', ['/my', '/my/tickets', '/my/profile', '/my/notifications']],
  ['agent', ['/desk', '/desk/unassigned', '/desk/all', '/tickets']],
  ['admin', ['/admin', '/admin/routing', '/admin/categories', '/admin/teams', '/admin/sla']],
  ['manager', ['/team']],
  ['ceo', ['/executive']],
  ['superadmin', ['/system', '/system/users', '/system/settings', '/system/audit', '/dev/mail']],
];
const sizes = [{ width: 1440, height: 900 }, { width: 390, height: 844 }];

mkdirSync(shots, { recursive: true });

for (const [role, paths] of pages) {
  for (const path of paths) {
    test(`${path} as ${role}`, async ({ desk }) => {
      const { context, page } = await desk.open();
      const broken: string[] = [];
      page.on('pageerror', (e) => broken.push(e.message));
      page.on('console', (m) => m.type() === 'error' && !/status of 40[34]/.test(m.text()) && broken.push(m.text()));
      if (role !== 'guest') await desk.signIn(page, role);
      for (const viewport of sizes) {
        await page.setViewportSize(viewport);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          await page.goto(path);
          await hydrated(page);
          const name = `${path.slice(1).replaceAll('/', '-') || 'front'}-${viewport.width}-${colorScheme}.png`;
          await page.screenshot({ path: `${shots}/${name}`, fullPage: true });
          const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          expect(over, `${path} at ${viewport.width} is wider than the screen`).toBeLessThanOrEqual(0);
          await audit(page);
        }
      }
      expect(broken, `errors in the browser's console on ${path}`).toEqual([]);
      await context.close();
    });
  }
}
