/** One block of a PEM text, with its label: `CERTIFICATE`. https://www.rfc-editor.org/rfc/rfc7468 */
export interface PemBlock {
  readonly label: string;
  /** From its BEGIN line to its END line, and a line break. */
  readonly text: string;
}

/** The blocks of a text, in their order; whatever stands between them is nobody's. */
export function pemBlocks(text: string): readonly PemBlock[] {
  return [...text.matchAll(BLOCK)].map(([block, label]) => ({ label: label!, text: `${lines(block)}\n` }));
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/** Files made elsewhere have other line ends, and blocks pasted into YAML may be indented. */
function lines(block: string): string {
  return block
    .split(/\r?\n/)
    .map((line) => line.trim())
    .join('\n');
}
