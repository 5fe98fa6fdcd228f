import { everyGatewayField } from './gateway/everything.fixture.ts';
import { everyAuthorizationField } from './istio/authorization-policy.fixture.ts';
import { everyDestinationRuleField } from './istio/destination-rule.fixture.ts';
import { everyOtherIstioField } from './istio/everything.fixture.ts';
import { everySecurityField } from './istio/security.fixture.ts';
import { everyVirtualServiceField } from './istio/virtual-service.fixture.ts';
import { everyKubernetesField } from './kubernetes/everything.fixture.ts';
import { everyLinkerdField } from './linkerd/everything.fixture.ts';
import type { RawObject } from './object.ts';

/**
 * Objects that together set every field of every kind, all of it right. Fields that exclude one another stand in
 * different objects, or in different elements of a list.
 */
export const everything: readonly RawObject[] = [
  ...everyKubernetesField,
  ...everyVirtualServiceField,
  ...everyDestinationRuleField,
  ...everyOtherIstioField,
  ...everySecurityField,
  ...everyAuthorizationField,
  ...everyLinkerdField,
  ...everyGatewayField,
];
