import { Hono } from 'hono';
import { displayName } from '../api/index.ts';
import type { ControlPlane } from '../control-plane/index.ts';
import { closest } from '../lib/closest.ts';
import { entriesIn } from '../lib/layers.ts';
import { decode, type JsonObject, type Resource, redact, typeUrlOf, type XdsType, xdsTypes } from '../proto/index.ts';
import type { ProxyStatus, XdsServer } from '../server/index.ts';
import type { ViewId } from '../view/index.ts';
import { findProxy } from './find-proxy.ts';
import { NoAnswer, sayWhy } from './no-answer.ts';
import { type Why, whyJson } from './why.ts';

/** Pages for people with questions. All JSON. */
export function debugPages(controlPlane: ControlPlane, server: XdsServer): Hono {
  const app = new Hono();
  app.onError(sayWhy);

  app.get('/problems', (c) =>
    c.json(
      controlPlane
        .problems()
        .map(({ object, ...problem }) => ({ ...problem, ...(object && { object: displayName(object) }) })),
    ),
  );

  app.get('/proxies', (c) => c.json(server.proxies().map(proxyJson)));

  app.get('/config_dump', (c) => {
    const { stream, types } = findProxy(server.proxies(), c.req.query('proxy'));
    return c.json(Object.fromEntries(types.map(({ type }) => [type, messages(server.resources(stream, type))])));
  });

  app.get('/why', (c) => {
    const proxy = findProxy(server.proxies(), c.req.query('proxy'));
    const types = c.req.query('type') === undefined ? xdsTypes : [typeNamed(c.req.query('type')!)];
    return c.json(why(controlPlane, proxy, types, c.req.query('resource')));
  });

  return app;
}

/** What is for the server to count by is a time of day here. */
function proxyJson({ node, since, ...proxy }: ProxyStatus): object {
  return { proxy: node.id, ...proxy, since: new Date(performance.timeOrigin + since).toISOString() };
}

/** Private keys and passwords are shown to nobody. */
function messages(resources: readonly Resource[]): readonly JsonObject[] {
  const byName = resources.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return byName.map(({ type, bytes }) => redact(decode(typeUrlOf(type), bytes)));
}

function typeNamed(name: string): XdsType {
  const type = xdsTypes.find((known) => known === name);
  if (type === undefined) throw new NoAnswer(400, `there is no type ${name}`, `one of ${xdsTypes.join(', ')}`);
  return type;
}

function why(
  controlPlane: ControlPlane,
  { node, view }: ProxyStatus,
  types: readonly XdsType[],
  name: string | undefined,
): readonly Why[] {
  const where = `names are in /debug/config_dump?proxy=${node.id}`;
  if (!name) throw new NoAnswer(400, 'which resource?', `add &resource=NAME; ${where}`);
  const answers = types.flatMap((type) => whyJson(controlPlane, view, type, name) ?? []);
  if (answers.length > 0) return answers;
  const meant = closest(
    name,
    types.flatMap((type) => namesOf(controlPlane, view, type)),
  );
  const hint = meant === undefined ? where : `did you mean ${meant}? All ${where}`;
  throw new NoAnswer(404, `${node.id} is told nothing named ${name}`, hint);
}

function namesOf({ translators }: ControlPlane, view: ViewId, type: XdsType): readonly string[] {
  return [...entriesIn(translators[type].resources(view))].map(([name]) => name);
}
