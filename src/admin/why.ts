import { displayName } from '../api/index.ts';
import type { ControlPlane } from '../control-plane/index.ts';
import { type JsonObject, redact, type XdsType } from '../proto/index.ts';
import type { ViewId } from '../view/index.ts';

export interface Why {
  readonly type: XdsType;
  readonly name: string;
  readonly message: JsonObject;
  /** Which part of the message was decided by which line. */
  readonly decided: readonly { readonly path: string; readonly by: string; readonly at: string | undefined }[];
}

/** Builds one resource again, and says which part of it each object decided. Undefined: this view has none of that name. */
export function whyJson(controlPlane: ControlPlane, view: ViewId, type: XdsType, name: string): Why | undefined {
  const built = controlPlane.translators[type].explain(view, name);
  if (!built) return undefined;
  const decided = built.decided.map(({ path, origin }) => {
    const place = controlPlane.store.place(origin.object, origin.path);
    return {
      path,
      by: `${displayName(origin.object)} ${origin.path}`.trimEnd(),
      at: place && `${place.file}:${place.line}:${place.column}`,
    };
  });
  return { type, name, message: redact(built.message), decided };
}
