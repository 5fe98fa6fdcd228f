import { X509Certificate } from 'node:crypto';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { TestPair } from './certificates.ts';

export interface TlsCall {
  readonly port: number;
  readonly address?: string;
  /** Where the connection comes from, if not from wherever the kernel likes. */
  readonly from?: string | undefined;
  /** Of the handshake, and the Host header. */
  readonly name: string;
  /** What the client shows. */
  readonly as?: TestPair | undefined;
  readonly alpn?: readonly string[];
  readonly minVersion?: ConnectionOptions['minVersion'];
  readonly maxVersion?: ConnectionOptions['maxVersion'];
  /** OpenSSL's names, for TLS 1.2 and before. */
  readonly ciphers?: string;
}

/** How a call went: what came back, over what; or why nothing did. */
export type TlsAnswer =
  | {
      /** Of an HTTP answer; 0 if it was none. */
      readonly status: number;
      readonly text: string;
      readonly protocol: string;
      readonly cipher: string;
      readonly alpn: string | false;
      /** SHA-256 of the certificate that the server showed. */
      readonly shown: string;
    }
  /** `alpn`: if it had come that far. */
  | { readonly refused: string; readonly alpn?: string | false };

/** One request over a TLS connection of its own, in HTTP/1.1. Does not verify the server: tests look at what it showed. */
export function tlsCall(call: TlsCall): Promise<TlsAnswer> {
  return tlsTalk(call, `GET / HTTP/1.1\r\nhost: ${call.name}\r\nconnection: close\r\n\r\n`);
}

/** Says something over TLS, and hears the answer out. A refusal may come after the handshake: TLS 1.3 tells clients late. */
export function tlsTalk(call: TlsCall, said: string): Promise<TlsAnswer> {
  return new Promise((resolve) => {
    let text = '';
    const socket: TLSSocket = connect({
      host: call.address ?? '127.0.0.1',
      port: call.port,
      servername: call.name,
      ...(call.from !== undefined && { localAddress: call.from }),
      rejectUnauthorized: false,
      ...(call.as && { cert: call.as.cert, key: call.as.key }),
      ...(call.alpn && { ALPNProtocols: [...call.alpn] }),
      ...(call.minVersion && { minVersion: call.minVersion }),
      ...(call.maxVersion && { maxVersion: call.maxVersion }),
      ...(call.ciphers && { ciphers: call.ciphers }),
    });
    const over = (): Omit<Extract<TlsAnswer, { status: number }>, 'text' | 'status'> => ({
      protocol: socket.getProtocol() ?? '',
      cipher: socket.getCipher().name,
      alpn: socket.alpnProtocol ?? false,
      shown: fingerprint(socket.getPeerX509Certificate()!),
    });
    let met: ReturnType<typeof over> | undefined;
    socket.once('secureConnect', () => {
      met = over();
      socket.write(said);
    });
    socket.on('data', (chunk) => {
      text += chunk;
      // Answers of tests are short. Envoy would wait for a second for us to close first.
      socket.end();
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer within 10 s')));
    socket.once('error', (error) => resolve({ refused: error.message }));
    socket.once('close', () => {
      if (!met || text === '') return resolve({ refused: 'closed without a word', ...(met && { alpn: met.alpn }) });
      resolve({ ...met, text, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0) });
    });
  });
}

/** Of a PEM text, or a certificate. */
export function fingerprint(certificate: string | X509Certificate): string {
  return (typeof certificate === 'string' ? new X509Certificate(certificate) : certificate).fingerprint256;
}
