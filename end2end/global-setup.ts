import { kept, start, stop } from './server.ts';

/** Starts one server with a small demo company for all tests; its address is in KEPT_URL. */
export default async function globalSetup() {
  const server = await start();
  kept(server, 'demo', '--tickets', process.env.KEPT_E2E_TICKETS ?? '300', '--seed', '7');
  process.env.KEPT_URL = server.url;
  process.env.KEPT_E2E_DATA = server.data;
  return () => stop(server);
}
