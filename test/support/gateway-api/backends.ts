import type { RawObject } from '../../../src/api/index.ts';
import type { BackendWanted } from './case.ts';
import { startUniversalEcho } from './echo.ts';
import type { Attempts, EchoAt, Witness } from './echo-at.ts';
import { echoesOf } from './endpoints.ts';
import type { Certificates } from './macros.ts';

/** The programs behind the endpoints of a case. */
export interface Backends extends AsyncDisposable {
  /** Starts and stops them, so that those of these objects run. */
  readonly become: (objects: readonly RawObject[]) => Promise<void>;
  /** All requests that have arrived, the oldest first. */
  readonly seen: readonly Witness[];
}

export function createBackends(wanted: Readonly<Record<string, BackendWanted>>, certificates: Certificates): Backends {
  const running = new Map<string, { readonly echo: EchoAt; readonly close: () => Promise<void> }>();
  const seen: Witness[] = [];
  const attempts: Attempts = new Map();
  const told = (witness: Witness): void => void seen.push(witness);
  const stop = async (key: string): Promise<void> => {
    await running.get(key)!.close();
    running.delete(key);
  };
  return {
    seen,
    become: async (objects) => {
      const echoes = new Map(echoesOf(objects, wanted, certificates).map((echo) => [keyOf(echo), echo]));
      await Promise.all([...running.keys()].filter((key) => !echoes.has(key)).map(stop));
      const missing = [...echoes].filter(([key]) => !running.has(key));
      await Promise.all(
        missing.map(async ([key, echo]) =>
          running.set(key, { echo, close: await startUniversalEcho(echo, told, attempts) }),
        ),
      );
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all([...running.keys()].map(stop))),
  };
}

/** Another program at the same place is another echo. */
function keyOf({ service, version, address, port, transport }: EchoAt): string {
  return `${transport} ${address}:${port} ${service} ${version}`;
}
