export type Close = () => void | Promise<void>;

/** Closes in reverse order, all of them; what cannot be closed any more changes nothing about a run that has its result. */
export async function closeAll(closing: readonly Close[]): Promise<void> {
  for (const close of closing.toReversed()) {
    try {
      await close();
    } catch {
      // The process ends soon and the system closes what is left.
    }
  }
}
