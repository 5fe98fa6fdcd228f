/** A bug to put in, and the tests that should notice. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly tests: readonly string[];
}

/** `file` is of src. */
export function bug(file: string, tests: readonly string[], name: string, from: string, to: string): Mutation {
  return { name, file: `src/${file}`, from, to, tests };
}
