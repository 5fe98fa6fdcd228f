/** https://www.rfc-editor.org/rfc/rfc7468. What stands between blocks is for people, and passed over. */
export interface PemBlock {
  readonly label: string;
  /** What stands between the two lines, as it is: headers, if it has some, and base64. */
  readonly body: string;
}

/** Throws an Error that says what is broken. */
export function pemBlocks(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  for (let at = text.indexOf(BEGIN); at >= 0; ) {
    const labelEnd = text.indexOf(DASHES, at + BEGIN.length);
    const label = text.slice(at + BEGIN.length, labelEnd);
    if (labelEnd < 0 || !/^[A-Z0-9 ]{1,64}$/.test(label)) throw new Error('a line that begins a PEM block is broken');
    const bodyStart = labelEnd + DASHES.length;
    const end = `-----END ${label}-----`;
    const bodyEnd = text.indexOf(end, bodyStart);
    if (bodyEnd < 0) throw new Error(`a PEM block has no end: no line ${end}`);
    blocks.push({ label, body: text.slice(bodyStart, bodyEnd) });
    at = text.indexOf(BEGIN, bodyEnd + end.length);
  }
  return blocks;
}

const BEGIN = '-----BEGIN ';
const DASHES = '-----';

/** Throws an Error if the body is anything but base64. */
export function derOf({ label, body }: PemBlock): Buffer {
  const base64 = body.replaceAll(/\s+/g, '');
  const der = Buffer.from(base64, 'base64');
  if (der.length === 0 || der.toString('base64') !== base64) throw new Error(`a ${label} in PEM is not in base64`);
  return der;
}

export function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
