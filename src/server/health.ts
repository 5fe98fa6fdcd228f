import { type ServerUnaryCall, type ServerWritableStream, type sendUnaryData, status } from '@grpc/grpc-js';
import { readFields, WireReader } from '../proto/wire-reader.ts';
import { rawMethod } from './raw-method.ts';

/** https://github.com/grpc/grpc/blob/master/doc/health-checking.md: two fields in all, so they are read by hand. */
const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;

const METHOD = '/grpc.health.v1.Health';
const SERVICES: readonly string[] = ['', 'envoy.service.discovery.v3.AggregatedDiscoveryService'];

export const healthService = {
  Check: rawMethod(`${METHOD}/Check`, { requestStream: false, responseStream: false }),
  Watch: rawMethod(`${METHOD}/Watch`, { requestStream: false, responseStream: true }),
};

export interface Health {
  readonly handlers: {
    Check(call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>): void;
    Watch(call: ServerWritableStream<Buffer, Buffer>): void;
  };
  set(serving: boolean): void;
  /** Ends all watches: they would keep the server open. */
  end(): void;
}

export function createHealth(): Health {
  const watches = new Set<ServerWritableStream<Buffer, Buffer>>();
  let serving = true;
  const statusOf = (service: string | undefined): number => {
    if (service === undefined || !SERVICES.includes(service)) return SERVICE_UNKNOWN;
    return serving ? SERVING : NOT_SERVING;
  };
  return {
    handlers: {
      Check(call, done) {
        const service = serviceOf(call.request);
        const state = statusOf(service);
        if (state === SERVICE_UNKNOWN)
          done({ code: status.NOT_FOUND, details: `no service is called "${service}" here` });
        else done(null, response(state));
      },
      Watch(call) {
        call.write(response(statusOf(serviceOf(call.request))));
        watches.add(call);
        call.on('cancelled', () => watches.delete(call));
      },
    },
    set(now) {
      if (now === serving) return;
      serving = now;
      for (const call of watches) call.write(response(statusOf(serviceOf(call.request))));
    },
    end() {
      for (const call of watches) call.end();
      watches.clear();
    },
  };
}

/** Undefined for bytes that are no request. */
function serviceOf(request: Buffer): string | undefined {
  let service = '';
  try {
    readFields(new WireReader(request), { 1: (field) => (service = field.string()) });
  } catch {
    return undefined;
  }
  return service;
}

function response(state: number): Buffer {
  return Buffer.from([0x08, state]);
}
