import { Hono } from 'hono';
import { displayName } from '../api/index.ts';
import type { ControlPlane } from '../control-plane/index.ts';
import { resourcesOf } from '../control-plane/offline.ts';
import { type XdsType, xdsTypes } from '../proto/index.ts';
import type { ProxyStatus, XdsServer } from '../server/index.ts';
import { whyJson } from './why.ts';

/** Pages for people with questions. All JSON, but for secrets, which are never shown. */
export function debugPages(controlPlane: ControlPlane, server: XdsServer): Hono {
  const app = new Hono();

  app.get('/problems', (c) =>
    c.json(
      controlPlane
        .problems()
        .map(({ object, ...problem }) => ({ ...problem, ...(object && { object: displayName(object) }) })),
    ),
  );

  app.get('/proxies', (c) => c.json(server.proxies().map(({ node, ...proxy }) => ({ proxy: node.id, ...proxy }))));

  app.get('/config_dump', (c) => {
    const found = findProxy(server, c.req.query('proxy'));
    if (typeof found === 'string') return c.json({ error: found }, 404);
    const types = found.types.map(({ type }) => type).filter((type) => type !== 'sds');
    const resources = resourcesOf(controlPlane, found.view, types);
    return c.json(
      Object.fromEntries(types.map((type) => [type, resources.filter((r) => r.type === type).map(({ json }) => json)])),
    );
  });

  app.get('/why', (c) => {
    const found = findProxy(server, c.req.query('proxy'));
    if (typeof found === 'string') return c.json({ error: found }, 404);
    const name = c.req.query('resource');
    if (!name) return c.json({ error: 'which resource? add &resource=NAME; names are in /debug/config_dump' }, 400);
    const asked = c.req.query('type');
    const types = xdsTypes.filter((type) => asked === undefined || type === asked);
    const answers = types.flatMap((type: XdsType) => whyJson(controlPlane, found.view, type, name) ?? []);
    if (answers.length === 0) return c.json({ error: `${found.node.id} is told nothing of that name` }, 404);
    return c.json(answers);
  });

  return app;
}

/** By id, or by any part of it that only one has. */
function findProxy(server: XdsServer, wanted: string | undefined): ProxyStatus | string {
  const proxies = server.proxies();
  const names = proxies.map(({ node }) => node.id).join(', ') || 'nobody';
  if (!wanted) return `which proxy? add ?proxy=NAME; connected: ${names}`;
  const exact = proxies.find(({ node }) => node.id === wanted);
  const partial = proxies.filter(({ node }) => node.id.includes(wanted));
  if (exact) return exact;
  if (partial.length === 1) return partial[0]!;
  return `${partial.length === 0 ? 'no' : 'more than one'} connected proxy is named ${wanted}; connected: ${names}`;
}
