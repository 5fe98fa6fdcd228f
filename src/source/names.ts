/** Hidden names are nobody's configuration: `.git`, editors' `.#x` and `.x.swp`, and the `..data` of a ConfigMap mount. */
export function isVisible(name: string): boolean {
  return !name.startsWith('.');
}

/** What is read. Editors' leavings (`x.yaml~`, `#x.yaml#`, `4913`) end otherwise; `calls.yaml` says what should happen. */
export function isConfiguration(name: string): boolean {
  return isVisible(name) && /\.(ya?ml|json)$/i.test(name) && !/(^|\.)calls\.ya?ml$/i.test(name);
}
