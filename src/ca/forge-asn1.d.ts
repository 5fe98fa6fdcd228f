/** The one part of node-forge that is used here; loading all of it takes ten times as long. */
declare module 'node-forge/lib/asn1.js' {
  /** Contents are strings of one character a byte. */
  export interface Node {
    readonly tagClass: number;
    readonly type: number;
    readonly constructed: boolean;
    readonly value: string | readonly Node[];
  }

  interface Asn1 {
    create(tagClass: number, type: number, constructed: boolean, value: string | readonly Node[]): Node;
    fromDer(bytes: string, options: { decodeBitStrings: boolean; maxDepth: number }): Node;
    toDer(node: Node): { getBytes(): string };
    oidToDer(oid: string): { getBytes(): string };
    derToOid(bytes: string): string;
  }

  const asn1: Asn1;
  // biome-ignore lint/style/noDefaultExport: it is a CommonJS module, and this is how Node imports one
  export default asn1;
}
