import type { Graph } from './graph.ts';

/** A watch that pulls as soon as it is told, and passes on values that differ. */
export function follow<V>(graph: Graph, read: () => V, use: (value: V) => void): () => void {
  let last: V;
  const pull = (): void => {
    const value = watch.read();
    if (value === last) return;
    last = value;
    use(value);
  };
  const watch = graph.watch('follow', read, pull);
  pull();
  return watch.stop;
}
