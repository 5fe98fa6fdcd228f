import { displayName, type GatewayClass, objectKey } from '../../api/index.ts';
import type { Graph, Query } from '../../graph/index.ts';
import type { Tables } from '../../store/index.ts';
import type { Verdict } from './gateway-api.ts';
import { BUILT_IN_CLASSES, type GatewayOptions } from './options.ts';
import { ACCEPTED, no } from './verdict.ts';

/** A class that is ours. */
export interface OwnClass {
  /** One of `controllerNames`. */
  readonly controllerName: string;
  readonly verdict: Verdict;
}

/**
 * By name; undefined: it is somebody else's, or there is none. A class of ours is there without an object; an object of
 * its name says whose it is.
 */
export function createGatewayClasses(
  graph: Graph,
  store: Tables,
  { controllerNames }: GatewayOptions,
): Query<OwnClass | undefined> {
  return graph.query('gatewayApi.class', (name) => {
    const written = store.gatewayClasses.get(name);
    const controllerName = written ? written.spec.controllerName : builtIn(name);
    if (controllerName === undefined || !controllerNames.includes(controllerName)) return undefined;
    return { controllerName, verdict: written ? verdictOn(written) : ACCEPTED };
  });
}

function builtIn(name: string): string | undefined {
  return Object.hasOwn(BUILT_IN_CLASSES, name) ? BUILT_IN_CLASSES[name] : undefined;
}

function verdictOn({ spec: { parametersRef } }: GatewayClass): Verdict {
  if (!parametersRef) return ACCEPTED;
  const { group, kind, namespace = '', name } = parametersRef;
  const named = displayName(objectKey(group, kind, namespace, name));
  return no('InvalidParameters', `no kind of parameters is known here, so ${named} is not read`, 'spec.parametersRef');
}
