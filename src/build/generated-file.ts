/** A derived file: path relative to the repository root, and its whole text. */
export interface GeneratedFile {
  readonly path: string;
  readonly content: string;
}
