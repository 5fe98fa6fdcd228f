import type { JsonObject } from '../proto/index.ts';
import type { Built } from './translator.ts';

/** A typed message as plain JSON, without its undefined fields. For showing, not for the wire. */
export function explained(built: Built<object> | undefined): Built | undefined {
  return built && { message: JSON.parse(JSON.stringify(built.message)) as JsonObject, decided: built.decided };
}
