/** The demo: an Envoy and the services of a directory of YAML, started for a user who has none of them running. */
export { DemoFailed } from './demo-failed.ts';
export { EnvoyMissing, type FindEnvoyOptions, findEnvoy } from './find-envoy.ts';
export { interruption } from './interrupt.ts';
export { formatPush, type PushEvent } from './live.ts';
export { usualOrAny } from './ports.ts';
export { followPushes } from './pushes.ts';
export { type DemoOptions, type RunningControlPlane, runDemo, type WantedControlPlane } from './run.ts';
