/**
 * The keys of a listener's `tls.options` that mean something here; Gateway API itself defines none.
 * https://gateway-api.sigs.k8s.io/reference/spec/#listenertlsconfig
 */
export const TLS_OPTIONS = {
  /** What is asked of clients, as Istio calls it: whom to believe is in the first certificate's Secret, or `<name>-cacert`. */
  terminateMode: 'gateway.istio.io/tls-terminate-mode',
  /** `1.2` */
  minVersion: 'pharos.dev/tls-min-version',
  maxVersion: 'pharos.dev/tls-max-version',
  /** As OpenSSL calls them, with commas between. */
  cipherSuites: 'pharos.dev/tls-cipher-suites',
} as const;
