/** A message of gRPC, not compressed: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
export function grpcFrame(message: string): Buffer {
  const bytes = Buffer.from(message);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** The text of the first message; empty if there is none. */
export function grpcMessage(body: Buffer): string {
  return body.length < 5 ? '' : body.subarray(5, 5 + body.readUInt32BE(1)).toString();
}

/** What clients take a call for that has no `grpc-status`: https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md */
export function grpcStatusOf(httpStatus: number): number {
  return FROM_HTTP[httpStatus] ?? UNKNOWN;
}

const UNKNOWN = 2;
const FROM_HTTP: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
};
