import type { Logger } from 'pino';
import { displayName, type Problem } from '../api/index.ts';
import { spiffeUri } from '../lib/spiffe.ts';
import type { ProxyStream, ServerEvent } from '../server/index.ts';
import { logSecurity } from './log-security.ts';

const LEVELS = { error: 'error', warning: 'warn', notice: 'info' } as const;

/** Logs each problem once when it appears, and once when it is gone. */
export function createProblemLog(log: Logger): (problems: readonly Problem[]) => void {
  let known = new Map<string, Problem>();
  return (problems) => {
    const now = new Map(problems.map((problem) => [identityOf(problem), problem]));
    for (const [id, problem] of now)
      if (!known.has(id)) log[LEVELS[problem.severity]](fieldsOf(problem), problem.message);
    for (const [id, problem] of known) if (!now.has(id)) log.info(fieldsOf(problem), `solved: ${problem.message}`);
    known = now;
  };
}

/** A problem that moved to another line is the same problem. */
function identityOf({ code, object, path, message }: Problem): string {
  return JSON.stringify([code, object, path, message]);
}

function fieldsOf({ code, object, path, place, hint }: Problem): object {
  return {
    code,
    ...(object && { object: displayName(object) }),
    ...(path && { path }),
    ...(place && { place: `${place.file}:${place.line}:${place.column}` }),
    ...(hint && { hint }),
  };
}

/** Logs what happens to streams. What is ordinary (sent, accepted) is for `debug`. */
export function logEvents(log: Logger): (event: ServerEvent) => void {
  return (event) => {
    if (event.kind === 'refused') return log.warn({ peer: event.peer }, `stream refused: ${event.reason}`);
    if (event.kind === 'crashed')
      return log.error({ peer: event.peer, err: event.error }, 'a mistake of pharos ended a stream');
    if (!('proxy' in event)) return logSecurity(log, event);
    const proxy = { proxy: event.proxy.node.id, peer: event.proxy.peer };
    switch (event.kind) {
      case 'connected':
        return log.info(
          { ...proxy, protocol: event.proxy.protocol, ...identityOfProxy(event.proxy) },
          'proxy connected',
        );
      case 'disconnected':
        return log.info({ ...proxy, reason: event.reason }, 'proxy disconnected');
      case 'rejected':
        return log.error({ ...proxy, type: event.type, error: event.error }, 'proxy rejected a response');
      case 'failed':
        return log.error({ ...proxy, type: event.type, err: event.error }, 'resources could not be computed');
      case 'ignored':
        return log.warn({ ...proxy, typeUrl: event.typeUrl }, 'proxy asked for a type that pharos does not serve');
      case 'sent': {
        if (!log.isLevelEnabled('debug')) return;
        const { type, resources, removed, bytes } = event;
        return log.debug({ ...proxy, type, resources, removed, bytes }, 'sent');
      }
      default:
        return;
    }
  };
}

function identityOfProxy({ node: { identity } }: ProxyStream): { readonly identity?: string } {
  return identity ? { identity: spiffeUri(identity) } : {};
}
