import type { MethodDefinition } from '@grpc/grpc-js';

/** A method that takes and gives bytes as they are: pharos reads requests itself, and sends responses ready made. */
export function rawMethod(
  path: string,
  streams: { readonly requestStream: boolean; readonly responseStream: boolean },
): MethodDefinition<Buffer, Buffer> {
  return {
    path,
    ...streams,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

function same(bytes: Buffer): Buffer {
  return bytes;
}
