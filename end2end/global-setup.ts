import { discard, start } from './server.ts';

/** Starts one server with a small demo company for all tests; its address is in KEPT_URL. */
export default async function globalSetup() {
  const server = await start();
  process.env.KEPT_URL = server.url;
  process.env.KEPT_E2E_DATA = server.data;
  return () => discard(server);
}
