/** A Secret document; every value is a text, shown as one. */
export function secretYaml(name: string, namespace: string, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([key, text]) => `  ${key}: |\n${indent(text)}`);
  return `---
apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: ${namespace} }
stringData:
${lines.join('')}`;
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');
}
