import config from './playwright.config.ts';

/** For the tests that are not yet part of `./dev test`; see next/README.md. */
export default { ...config, testDir: './next' };
