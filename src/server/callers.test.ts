import { Metadata, type ServerUnaryCall, status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { createCallers } from './callers.ts';
import { createFakeTimers } from './timers.fixture.ts';

const CART = { trustDomain: 'td', namespace: 'shop', serviceAccount: 'cart' };

test('a call whose connection is not known is of nobody, whatever token it has', async () => {
  const authenticator = { authenticateToken: async () => ({ identity: CART, via: 'token' as const }) };
  const { callerOf } = createCallers({ authenticator, timers: createFakeTimers() });
  const metadata = new Metadata();
  metadata.set('authorization', 'Bearer good');
  for (const inner of [undefined, {}, { stream: {} }, { stream: { session: { socket: { authorized: true } } } }]) {
    const call = { call: inner, metadata } as unknown as ServerUnaryCall<Buffer, Buffer>;
    await expect(callerOf(call)).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  }
});
