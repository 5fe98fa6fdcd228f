interface Step {
  next?: WeakMap<object, Step>;
  value?: { readonly of: unknown };
}

/**
 * Remembers what `compute` gave for these very objects, for as long as all of them live. What many streams ask of the
 * same objects is so computed once, and nothing has to be told when an object is gone.
 */
export function weakly<A extends readonly object[], V>(compute: (...args: A) => V): (...args: A) => V {
  const root: Step = {};
  return (...args) => {
    let step = root;
    for (const arg of args) {
      step.next ??= new WeakMap();
      const known = step.next.get(arg);
      const next = known ?? {};
      if (!known) step.next.set(arg, next);
      step = next;
    }
    step.value ??= { of: compute(...args) };
    return step.value.of as V;
  };
}
