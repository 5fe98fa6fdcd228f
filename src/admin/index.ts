/**
 * The admin server: health, metrics and debug pages, on a port of its own.
 *
 *   in   the control plane and the xDS server, to look at; events, to count
 *   out  HTTP: /healthz /readyz /metrics /debug/…
 *
 * Changes nothing.
 */
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { closest } from '../lib/closest.ts';
import type { Address, ServerEvent } from '../server/index.ts';
import { debugPages } from './debug.ts';
import { listenHttp } from './listen-http.ts';
import { createMetrics, type MetricsOptions } from './metrics.ts';

export interface AdminOptions extends MetricsOptions {
  /** Why proxies had better not come here now; undefined when they may. */
  readonly notReady: () => string | undefined;
}

export interface Admin {
  readonly take: (event: ServerEvent) => void;
  /** Throws an Error that says why, if the address cannot be had. */
  readonly listen: (address: Address) => Promise<Address>;
  readonly close: () => Promise<void>;
}

export function createAdmin(options: AdminOptions): Admin {
  const { controlPlane, server, notReady } = options;
  const metrics = createMetrics(options);
  const app = new Hono();
  app.use(async (c, next) => {
    if (READING.includes(c.req.method)) return next();
    return c.text(`${c.req.method} does nothing here: pages can only be read\n`, 405, ALLOW);
  });
  app.get('/', (c) => c.text(PAGES));
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', (c) => {
    const reason = notReady();
    return reason === undefined ? c.text('ok\n') : c.text(`${reason}\n`, 503);
  });
  app.get('/metrics', async (c) => {
    c.header('content-type', metrics.registry.contentType);
    return c.body(await metrics.registry.metrics());
  });
  app.route('/debug', debugPages(controlPlane, server));
  app.notFound((c) => c.text(`no such page: ${c.req.path}\n${pageMeant(c.req.path)}\n${PAGES}`, 404));
  const http = createAdaptorServer({ fetch: app.fetch });
  return {
    take: metrics.take,
    listen: (address) => listenHttp(http, address),
    close: () => new Promise((resolve) => http.close(() => resolve())),
  };
}

const READING = ['GET', 'HEAD'];
const ALLOW = { allow: READING.join(', ') };

function pageMeant(path: string): string {
  const pages = [...PAGES.matchAll(/ (\/\w+(?:\/\w+)?)/g)].map(([, page]) => page!);
  const meant = closest(path, pages);
  return meant === undefined ? '' : `hint: did you mean ${meant}?\n`;
}

const PAGES = `pharos
  /healthz                                the process is alive
  /readyz                                 the configuration has been read, and proxies are served
  /metrics                                for Prometheus
  /debug/problems                         what is wrong with the configuration, with places
  /debug/proxies                          who is connected, and what each has acknowledged
  /debug/config_dump?proxy=NAME           what a connected proxy has accepted
  /debug/why?proxy=NAME&resource=NAME     who decided a resource, by file and line; &type=cds if names are shared
`;
