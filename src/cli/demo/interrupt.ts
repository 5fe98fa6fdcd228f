/** Aborted when the user wants the end: Ctrl-C, a closed terminal, or `kill`. Again and again does no more. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}
