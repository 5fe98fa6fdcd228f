import { parse } from 'yaml';
import type { Origin, Problem } from '../api/index.ts';
import { closest } from '../lib/closest.ts';
import { durationMs } from '../lib/duration.ts';
import type { MeshConfig } from './mesh-config.ts';
import { readSecurity, SECURITY_SETTINGS } from './mesh-config-security.ts';
import type { ExportTo } from './service.ts';

export interface ReadMeshConfig {
  readonly config: MeshConfig;
  readonly problems: readonly Problem[];
}

/** What one key of the text sets; undefined if its value is no good. */
type Setting = (value: unknown) => Partial<MeshConfig> | undefined;

/**
 * Istio's mesh configuration, `data.mesh` of the ConfigMap `istio`: what it says over what holds without it.
 * A bad value costs that setting; a text that cannot be read costs all of them.
 * https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig
 */
export function readMeshConfig(text: string, defaults: MeshConfig, origin: Origin): ReadMeshConfig {
  const settings = parseSettings(text);
  if (!settings) return { config: defaults, problems: [problem(origin, 'error', 'bad-mesh-config', UNREADABLE)] };
  const isSecurity = ([key]: readonly [string, unknown]): boolean => SECURITY_SETTINGS.includes(key);
  const entries = Object.entries(settings);
  const security = readSecurity(Object.fromEntries(entries.filter(isSecurity)), origin);
  let config: MeshConfig = { ...defaults, ...security.change };
  const problems: Problem[] = [...security.problems];
  for (const [key, value] of entries) {
    if (isSecurity([key, value])) continue;
    const setting = Object.hasOwn(SETTINGS, key) ? SETTINGS[key] : undefined;
    const change = setting?.(value);
    if (change) config = { ...config, ...change };
    else if (setting)
      problems.push(problem(origin, 'error', 'bad-mesh-config', `${key} must not be ${JSON.stringify(value)}`));
    else problems.push(notApplied(origin, key));
  }
  return { config, problems };
}

function parseSettings(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = parse(text) ?? {};
    return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const SETTINGS: Readonly<Record<string, Setting>> = {
  connectTimeout: (value) => {
    const ms = typeof value === 'string' ? durationMs(value) : undefined;
    return ms ? { connectTimeoutMs: ms } : undefined;
  },
  outboundTrafficPolicy: (value) => {
    const mode = (value as { mode?: unknown } | null)?.mode;
    if (mode === 'ALLOW_ANY') return { outboundTrafficPolicy: 'allow-any' };
    return mode === 'REGISTRY_ONLY' ? { outboundTrafficPolicy: 'registry-only' } : undefined;
  },
  proxyHttpPort: (value) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535
      ? { proxyHttpPort: value as number }
      : undefined,
  rootNamespace: (value) => (typeof value === 'string' && value !== '' ? { rootNamespace: value } : undefined),
  defaultServiceExportTo: (value) => exportTo(value, (defaultExportTo) => ({ defaultExportTo })),
  defaultVirtualServiceExportTo: (value) =>
    exportTo(value, (defaultVirtualServiceExportTo) => ({ defaultVirtualServiceExportTo })),
  defaultDestinationRuleExportTo: (value) =>
    exportTo(value, (defaultDestinationRuleExportTo) => ({ defaultDestinationRuleExportTo })),
};

/** Only `*`, `.` and `~` mean something for everybody. */
function exportTo(value: unknown, setting: (value: ExportTo) => Partial<MeshConfig>): Partial<MeshConfig> | undefined {
  if (!Array.isArray(value) || value.length !== 1) return undefined;
  if (value[0] === '*') return setting('all');
  if (value[0] === '~') return setting([]);
  return value[0] === '.' ? setting(['.']) : undefined;
}

const UNREADABLE = 'data.mesh must be a YAML map of settings; the defaults hold';

function notApplied(origin: Origin, key: string): Problem {
  const near = closest(key, [...Object.keys(SETTINGS), ...SECURITY_SETTINGS]);
  return {
    ...problem(origin, 'notice', 'unsupported-mesh-config', `${key} is not applied by this version of pharos`),
    ...(near ? { hint: `did you mean ${near}?` } : {}),
  };
}

function problem(origin: Origin, severity: Problem['severity'], code: string, message: string): Problem {
  return { severity, code, object: origin.object, path: origin.path, message };
}
