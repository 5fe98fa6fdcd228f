import fc from 'fast-check';
import type { RawObject } from '../../../src/api/index.ts';
import { makeCertificates } from '../../support/gateway-api/certificates.ts';
import type { Trial } from './examine.ts';
import { broken } from './mistakes.ts';
import { configurations } from './objects.ts';
import { request } from './requests.ts';

/** Configurations, of which every second has mistakes in it. The certificates in them are made anew each time. */
export async function anyConfiguration(): Promise<fc.Arbitrary<readonly RawObject[]>> {
  const right = await rightConfiguration();
  return fc.oneof(right, broken(right));
}

/** Those that an API server would take. */
export async function rightConfiguration(): Promise<fc.Arbitrary<readonly RawObject[]>> {
  return configurations(await makeCertificates({ good: { hosts: ['*.example'], uris: [], ca: false } }));
}

/** Configurations, and requests to all that they open. */
export async function anyTrial(): Promise<fc.Arbitrary<Trial>> {
  return fc.record({
    objects: await anyConfiguration(),
    requests: fc.array(request, { minLength: 12, maxLength: 20 }),
    hasPool: fc.boolean(),
  });
}
