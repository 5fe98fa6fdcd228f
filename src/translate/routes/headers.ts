import type { HeaderValueOption } from '../../proto/index.ts';
import type { HeaderChanges, HeaderEdit } from '../../route/index.ts';

export interface HeaderOperations {
  readonly requestHeadersToAdd?: readonly HeaderValueOption[] | undefined;
  readonly requestHeadersToRemove?: readonly string[] | undefined;
  readonly responseHeadersToAdd?: readonly HeaderValueOption[] | undefined;
  readonly responseHeadersToRemove?: readonly string[] | undefined;
}

/** Header changes as routes and cluster weights write them. Those of several levels are made one after the other. */
export function buildHeaderOperations(levels: readonly (HeaderChanges | undefined)[]): HeaderOperations {
  const changes = levels.filter((level) => level !== undefined);
  return {
    requestHeadersToAdd: unlessEmpty(changes.flatMap(({ request }) => additions(request))),
    requestHeadersToRemove: unlessEmpty(changes.flatMap(({ request }) => request.remove)),
    responseHeadersToAdd: unlessEmpty(changes.flatMap(({ response }) => additions(response))),
    responseHeadersToRemove: unlessEmpty(changes.flatMap(({ response }) => response.remove)),
  };
}

function additions({ set, add }: HeaderEdit): readonly HeaderValueOption[] {
  return [
    ...set.map(([key, value]) => ({ header: { key, value }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' as const })),
    // APPEND_IF_EXISTS_OR_ADD is the default of the field.
    ...add.map(([key, value]) => ({ header: { key, value } })),
  ];
}

function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}
