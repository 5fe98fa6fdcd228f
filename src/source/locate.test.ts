import { expect, test } from 'vitest';
import { createLocator, type Spot } from './locate.ts';

const TEXT = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: cart
  labels: {"app.kubernetes.io/name": x}
spec:
  http:
    - match:
        - uri: {prefix: /a}
      route: &shares
        - destination:
            host: cart
          weight: 130
      timeout:
    - route: *shares
`;

const at = (path: string, spot: Partial<Spot> = {}, atKey = false): string => {
  const place = createLocator()({ file: 'a.yaml', text: TEXT, document: 0, inside: [], ...spot }, path, atKey);
  return place ? `${place.file}:${place.line}:${place.column}` : 'nowhere';
};

test.each([
  ['a value', 'spec.http[0].route[0].weight', 'a.yaml:13:19'],
  ['a block, at its own key', 'spec.http[0].route', 'a.yaml:10:7'],
  ['a list item', 'spec.http[0].route[0]', 'a.yaml:11:11'],
  ['a value that is not there, at its key', 'spec.http[0].timeout', 'a.yaml:14:7'],
  ['a value on its line', 'spec.http[0].match[0].uri', 'a.yaml:9:16'],
  ['a key in quotes', 'metadata.labels["app.kubernetes.io/name"]', 'a.yaml:5:38'],
  ['a key with dots that nobody quoted', 'metadata.labels.app.kubernetes.io/name', 'a.yaml:5:38'],
  ['what an alias stands for', 'spec.http[1].route[0].weight', 'a.yaml:13:19'],
  ['the nearest parent of what is not there', 'spec.http[0].retries.attempts', 'a.yaml:8:7'],
  ['the nearest parent of an item that is not there', 'spec.http[7].route', 'a.yaml:7:3'],
  ['the object itself', '', 'a.yaml:1:1'],
  ['nothing known, at the object', 'status', 'a.yaml:1:1'],
])('%s is found', (_, path, expected) => {
  expect(at(path)).toBe(expected);
});

test.each([
  ['of a value', 'spec.http[0].route[0].weight', 'a.yaml:13:11'],
  ['of a block', 'spec.http[0].route', 'a.yaml:10:7'],
  ['of a value in braces', 'spec.http[0].match[0].uri.prefix', 'a.yaml:9:17'],
  ['in quotes', 'metadata.labels["app.kubernetes.io/name"]', 'a.yaml:5:12'],
  ['with dots that nobody quoted', 'metadata.labels.app.kubernetes.io/name', 'a.yaml:5:12'],
  ['in what an alias stands for', 'spec.http[1].route[0].weight', 'a.yaml:13:11'],
  ['that a list item has not, at the item', 'spec.http[0].route[0]', 'a.yaml:11:11'],
  ['that is not there, at the nearest parent', 'spec.http[0].match[0].uri.exact', 'a.yaml:9:16'],
])('the key %s is found', (_, path, expected) => {
  expect(at(path, {}, true)).toBe(expected);
});

test('an object in the second document and inside a list is found there', () => {
  const text = 'a: 1\n---\nkind: List\nitems:\n- kind: A\n- kind: B\n  spec:\n    x: 1\n';
  expect(at('spec.x', { text, document: 1, inside: ['items', 1] })).toBe('a.yaml:8:8');
  expect(at('', { text, document: 1, inside: ['items', 1] })).toBe('a.yaml:6:3');
});
