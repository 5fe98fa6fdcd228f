import type { z } from 'zod';
import { type Mistake, rule } from '../vocabulary.ts';
import type { Listener } from './listener.ts';

/** What a listener may have is told by its protocol. */
export function listenerMistakes({ protocol, hostname, tls }: Listener): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  if (hostname !== undefined && (protocol === 'TCP' || protocol === 'UDP')) {
    const message = `must not stand beside protocol ${protocol}, which has no names`;
    mistakes.push({ path: ['hostname'], code: 'conflict', message });
  }
  if (tls && ['HTTP', 'TCP', 'UDP'].includes(protocol)) {
    const hint = protocol === 'HTTP' ? 'did you mean HTTPS?' : 'did you mean TLS?';
    mistakes.push({ path: ['tls'], code: 'conflict', message: `must not stand beside protocol ${protocol}`, hint });
  }
  if (protocol === 'HTTPS' && tls?.mode === 'Passthrough') {
    const message = 'must be Terminate for protocol HTTPS, not "Passthrough"';
    mistakes.push({ path: ['tls', 'mode'], code: 'conflict', message, hint: 'did you mean protocol TLS?' });
  }
  if (protocol === 'TLS' && !tls) {
    mistakes.push({ path: ['tls'], code: 'missing-field', message: 'is required for protocol TLS' });
  }
  return mistakes;
}

/** Of two that want the same port, protocol and hostname the first holds. */
export function noneAlike(): z.core.CheckFn<Listener[]> {
  return rule((listeners: Listener[]) =>
    listeners.flatMap((listener, i) => {
      const first = listeners.slice(0, i).find((other) => wants(other) === wants(listener));
      if (!first) return [];
      const message = `has the port, protocol and hostname of ${JSON.stringify(first.name)}`;
      return [{ path: [i], code: 'duplicate', message }];
    }),
  );
}

function wants({ port, protocol, hostname }: Listener): string {
  return JSON.stringify([port, protocol, hostname ?? null]);
}
