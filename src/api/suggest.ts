import { closest } from '../lib/closest.ts';

export interface Suggestion {
  /** The known field that was probably meant. */
  readonly field: string | undefined;
  readonly hint: string | undefined;
}

/** What an unknown word was probably meant to be, among the words that are known at its place. */
export function suggest(
  word: string,
  known: readonly string[],
  written: unknown,
  what: 'field' | 'value' = 'field',
): Suggestion {
  const usual = what === 'field' ? usualMistake(word, known, written) : undefined;
  if (usual) return usual;
  const field = closest(word, known);
  if (field !== undefined) return { field, hint: `did you mean ${field}?` };
  const few = what === 'field' && known.length > 0 && known.length <= 16;
  return { field: undefined, hint: few ? `known here: ${known.join(', ')}` : undefined };
}

function usualMistake(word: string, known: readonly string[], written: unknown): Suggestion | undefined {
  for (const [wrong, field, hint] of USUAL_MISTAKES) {
    if (wrong === word && known.includes(field)) return { field, hint: hint ?? `did you mean ${field}?` };
  }
  // `circuitBreaker: {maxConnections}` in many shapes was written by hand long before outlierDetection existed.
  const circuit = /^circuit_?breakers?$/i.test(word) && known.includes('outlierDetection');
  if (!circuit) return undefined;
  const limits = hasKeyLike(written, /^max/, 3);
  const other = limits ? ' The limits belong to connectionPool' : '';
  return { field: 'outlierDetection', hint: `did you mean outlierDetection?${other}` };
}

function hasKeyLike(value: unknown, like: RegExp, depth: number): boolean {
  if (depth === 0 || typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inside]) => like.test(key) || hasKeyLike(inside, like, depth - 1));
}

/** Words that people write, too far from the right one for a spelling checker. The right one must be known at the place. */
const USUAL_MISTAKES: readonly (readonly [wrong: string, right: string, hint?: string])[] = [
  ['retry', 'retries'],
  ['retryPolicy', 'retries'],
  ['cors', 'corsPolicy'],
  ['path', 'uri', 'did you mean uri? (exact, prefix or regex)'],
  ['url', 'uri'],
  ['host', 'hosts', 'did you mean hosts? (a list)'],
  ['hostname', 'host'],
  ['hostnames', 'hosts'],
  ['service', 'host'],
  ['httpRoute', 'http'],
  ['httpRoutes', 'http'],
  ['routes', 'http'],
  ['backendRefs', 'route'],
  ['destinations', 'route'],
  ['conditions', 'match'],
  ['rules', 'http'],
  ['lb', 'loadBalancer'],
  ['loadBalancing', 'loadBalancer'],
  ['policy', 'trafficPolicy'],
  ['connectionPoolSettings', 'connectionPool'],
  ['ejection', 'outlierDetection'],
  ['matchLabels', 'labels'],
  ['selector', 'labels'],
  ['labels', 'matchLabels'],
  ['matchLabels', 'selector', 'did you mean selector: {matchLabels: …}?'],
  ['workloadSelector', 'selector'],
  ['podSelector', 'selector'],
  ['selector', 'podSelector'],
  ['mode', 'mtls', 'did you mean mtls: {mode: …}?'],
  ['tls', 'mtls'],
  ['ports', 'portLevelMtls'],
  ['audience', 'audiences'],
  ['jwksURL', 'jwksUri'],
  ['networks', 'client', 'did you mean client: {networks: …}?'],
  ['labels', 'selector'],
  ['portLevelSetting', 'portLevelSettings'],
  ['percent', 'percentage', 'did you mean percentage: {value: 50}?'],
  ['mirrorPercent', 'mirrorPercentage', 'did you mean mirrorPercentage: {value: 50}?'],
  ['statusCode', 'status'],
  ['code', 'status'],
  ['code', 'redirectCode'],
  ['status', 'httpStatus'],
  ['status', 'redirectCode'],
  ['delay', 'fixedDelay'],
  ['namespaces', 'exportTo'],
  ['visibility', 'exportTo'],
  ['secretName', 'credentialName'],
  ['endpoints', 'addresses'],
  ['host', 'hostnames', 'did you mean hostnames? (a list)'],
  ['hosts', 'hostnames'],
  ['domains', 'hostnames'],
  ['gateways', 'parentRefs', 'did you mean parentRefs: [{name: …}]?'],
  ['match', 'matches', 'did you mean matches? (a list)'],
  ['http', 'rules'],
  ['uri', 'path', 'did you mean path: {type: PathPrefix, value: …}?'],
  ['route', 'backendRefs'],
  ['routes', 'rules'],
  ['backends', 'backendRefs'],
  ['redirect', 'filters', 'did you mean filters: [{type: RequestRedirect, requestRedirect: …}]?'],
  ['rewrite', 'filters', 'did you mean filters: [{type: URLRewrite, urlRewrite: …}]?'],
  ['headers', 'filters', 'did you mean filters: [{type: RequestHeaderModifier, requestHeaderModifier: …}]?'],
  ['mirror', 'filters', 'did you mean filters: [{type: RequestMirror, requestMirror: …}]?'],
  ['corsPolicy', 'filters', 'did you mean filters: [{type: CORS, cors: …}]?'],
  ['timeout', 'timeouts', 'did you mean timeouts: {request: …}?'],
  ['retries', 'retry', 'did you mean retry: {attempts: …}?'],
  ['servers', 'listeners'],
  ['gatewayClass', 'gatewayClassName'],
  ['hosts', 'hostname', 'did you mean hostname? (one; make a listener for each)'],
  ['credentialName', 'certificateRefs', 'did you mean certificateRefs: [{name: …}]?'],
  ['caCertRefs', 'caCertificateRefs'],
  ['targetRef', 'targetRefs', 'did you mean targetRefs? (a list)'],
  ['parentRef', 'parentRefs', 'did you mean parentRefs? (a list)'],
];
