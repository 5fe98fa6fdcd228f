import { expect, test } from 'vitest';
import type { ProxyStream, ServerEvent } from '../../server/index.ts';
import type { PushEvent } from './live.ts';
import { followPushes } from './pushes.ts';

const proxy: ProxyStream = {
  stream: 1,
  node: {
    id: 'router~10.0.0.7~gateway.web~web.svc.cluster.local',
    cluster: '',
    metadata: {},
    locality: undefined,
    userAgentName: 'envoy',
    userAgentVersion: '1.40.0',
    protocol: 'delta',
  },
  view: 'v',
  peer: '10.0.0.7:1',
  protocol: 'delta',
  since: 0,
};
const at = { at: 0, proxy };
const sent: ServerEvent = { ...at, kind: 'sent', type: 'cds', nonce: '1', resources: 3, removed: 1, bytes: 99 };
const push = { proxy: 'gateway.web', type: 'CDS', changed: 3, removed: 1, bytes: 99 };

test('a push is told when its proxy has answered it, and once', () => {
  const accepted: ServerEvent = { ...at, kind: 'accepted', type: 'cds', nonce: '1', ms: 4 };
  expect(told(sent)).toEqual([]);
  expect(told(sent, accepted, accepted)).toEqual([{ ...push, ackMs: 4 }]);
});

test('a rejection is told with its reason', () => {
  const rejected: ServerEvent = { ...at, kind: 'rejected', type: 'cds', nonce: '1', error: 'bad', rejections: [] };
  expect(told(sent, rejected)).toEqual([{ ...push, nack: 'bad' }]);
});

test('an answer to another type, an older push or another stream is no answer to this one', () => {
  const other = { ...at, kind: 'accepted', ms: 4 } as const;
  expect(told(sent, { ...other, type: 'lds', nonce: '1' }, { ...other, type: 'cds', nonce: '0' })).toEqual([]);
  expect(told(sent, { ...other, proxy: { ...proxy, stream: 11 }, type: 'cds', nonce: '1' })).toEqual([]);
});

function told(...events: readonly ServerEvent[]): PushEvent[] {
  const pushes: PushEvent[] = [];
  const follow = followPushes((push) => pushes.push(push));
  events.forEach(follow);
  return pushes;
}
