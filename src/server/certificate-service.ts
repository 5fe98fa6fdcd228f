import { Metadata, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import type { Caller } from '../auth/index.ts';
import type { Authority, SignedCertificate } from '../ca/index.ts';
import { principalOf, type SpiffeId, spiffeUri } from '../lib/spiffe.ts';
import { encodeMessage } from '../proto/index.ts';
import type { Callers } from './callers.ts';
import { type Asked, granted, readCertificateRequest } from './certificate-request.ts';
import type { ServerEvent } from './events.ts';
import { type ImpersonationOptions, subjectOf } from './impersonation.ts';
import { createOneByOne } from './one-by-one.ts';
import { createBucket, createBuckets, type Rate } from './rates.ts';
import { rawMethod } from './raw-method.ts';
import { Refusal } from './refusal.ts';
import type { Timers } from './timers.ts';

/** The service that Istio's agents and ztunnel ask for certificates. */
export const certificateService = {
  CreateCertificate: rawMethod('/istio.v1.auth.IstioCertificateService/CreateCertificate', {
    requestStream: false,
    responseStream: false,
  }),
};

export interface CertificateLimits {
  readonly requestBytes: number;
  /** Requests that are being checked or wait to be signed. */
  readonly atOnce: number;
  readonly perIdentity: Rate;
  readonly overall: Rate;
}

export const DEFAULT_CERTIFICATE_LIMITS: CertificateLimits = {
  requestBytes: 64 * 1024,
  atOnce: 1_000,
  // A proxy asks once in half a day; one that serves a node asks for each of its Pods, and for all of them at its start.
  perIdentity: { burst: 500, perSecond: 50 },
  overall: { burst: 2_000, perSecond: 1_000 },
};

export interface CertificateServiceOptions extends ImpersonationOptions {
  readonly authority: Authority;
  readonly callers: Callers;
  /** The longest life that is given; who asks for more gets this. */
  readonly maxValidityMs: number;
  readonly limits: CertificateLimits;
  readonly timers: Timers;
  /** The server's clock, which events are told by. */
  readonly clock: () => number;
  readonly onEvent: (event: ServerEvent) => void;
}

type Call = ServerUnaryCall<Buffer, Buffer>;

export function createCertificateService(options: CertificateServiceOptions): {
  CreateCertificate(call: Call, done: sendUnaryData<Buffer>): void;
} {
  const { callers, limits, timers, clock, onEvent } = options;
  const signing = createOneByOne(timers.nextTurn);
  const overall = createBucket(limits.overall);
  const perIdentity = createBuckets(limits.perIdentity);
  let atOnce = 0;

  async function create(call: Call): Promise<Buffer> {
    checkSize(call.request, limits);
    const caller = await callers.callerOf(call);
    checkRate(overall(timers.now()), 'all callers together');
    checkRate(perIdentity(principalOf(caller.identity), timers.now()), spiffeUri(caller.identity));
    return inTurn(() => sign(call, caller));
  }

  /** Checking and signing takes a millisecond: one a turn, so that streams are served in between. */
  function inTurn(work: () => Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      signing.add(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  function sign(call: Call, caller: Caller): Buffer {
    if (call.cancelled) throw new Refusal(status.CANCELLED, 'the caller has gone');
    const asked = readCertificateRequest(call.request);
    const identity = subjectOf(caller, asked.impersonated, options);
    const signed = granted(() => options.authority.sign(asked.request, identity, validityFor(asked, options)));
    const at = { at: clock(), peer: call.getPeer(), identity };
    const ignored = namesIgnored(asked, identity);
    onEvent({ kind: 'certificate-issued', ...at, caller: caller.identity, ignored, expiresAtMs: signed.notAfterMs });
    return responseOf(signed);
  }

  function refuse(call: Call, error: unknown): Refusal {
    const at = { at: clock(), peer: call.getPeer() };
    if (!(error instanceof Refusal)) {
      onEvent({ kind: 'crashed', ...at, error });
      return refuse(call, new Refusal(status.INTERNAL, 'pharos failed at this request; its log says how'));
    }
    onEvent({ kind: 'certificate-refused', ...at, code: error.code, reason: error.message });
    return error;
  }

  return {
    CreateCertificate(call, done) {
      if (atOnce >= limits.atOnce) {
        const reason = `${atOnce} certificate requests are waiting`;
        return answerRefusal(done, refuse(call, new Refusal(status.RESOURCE_EXHAUSTED, reason, 1_000)));
      }
      atOnce++;
      create(call)
        .then(
          (response) => done(null, response),
          (error: unknown) => answerRefusal(done, refuse(call, error)),
        )
        .finally(() => atOnce--);
    },
  };
}

function checkSize({ length }: Buffer, { requestBytes }: CertificateLimits): void {
  if (length <= requestBytes) return;
  throw new Refusal(status.RESOURCE_EXHAUSTED, `the request has ${length} bytes; ${requestBytes} are allowed`);
}

function checkRate(waitMs: number, who: string): void {
  if (waitMs === 0) return;
  const details = `too many certificate requests of ${who}: try again in ${waitMs} ms`;
  throw new Refusal(status.RESOURCE_EXHAUSTED, details, waitMs);
}

function validityFor({ validityMs }: Asked, { maxValidityMs }: CertificateServiceOptions): number | undefined {
  return validityMs === undefined ? undefined : Math.min(validityMs, maxValidityMs);
}

/** Names in a request that are not in the certificate: who asks is believed by what he proves, not by what he writes. */
function namesIgnored({ request }: Asked, identity: SpiffeId): readonly string[] {
  return [...request.uris, ...request.otherNames].filter((name) => name !== spiffeUri(identity));
}

/** Leaf, each intermediate, and all roots as the last: https://github.com/istio/istio/blob/master/security/proto/istioca.proto */
function responseOf({ leafPem, intermediatesPem, rootsPem }: SignedCertificate): Buffer {
  const certChain = [leafPem, ...intermediatesPem, rootsPem];
  return Buffer.from(encodeMessage('istio.v1.auth.IstioCertificateResponse', { certChain }));
}

function answerRefusal(done: sendUnaryData<Buffer>, { code, message, retryAfterMs }: Refusal): void {
  const metadata = new Metadata();
  // https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback
  if (retryAfterMs !== undefined) metadata.set('grpc-retry-pushback-ms', `${retryAfterMs}`);
  done({ code, details: message, metadata });
}
