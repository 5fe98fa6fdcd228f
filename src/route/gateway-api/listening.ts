import type { BackendObjectReference } from '../../api/index.ts';
import type { Destination, SessionPersistence } from '../route.ts';

/** The port that takes the requests for which rules are decided. */
export interface Listening {
  readonly port: number;
  /** TLS ends here. */
  readonly secure: boolean;
}

/** All that a rule depends on besides itself. */
export interface Around {
  readonly listening: Listening;
  /** Where a reference of this route leads, for whoever sends. */
  readonly destinationOf: (ref: BackendObjectReference) => Destination;
  /** Sessions that its backend has in every route. Absent: none has any. */
  readonly sessionOf?: (ref: BackendObjectReference) => SessionPersistence | undefined;
  /** What requests are answered with that have nowhere to go. */
  readonly brokenStatus: number;
}
