/**
 * Runs the task over all items, at most `width` at once, in order of start. After the first failure no further item is
 * started; what runs is awaited, then the failure is thrown.
 */
export async function inParallel<T>(items: readonly T[], width: number, task: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const line = async (): Promise<void> => {
    while (next < items.length && failure === undefined) {
      const item = items[next] as T;
      next += 1;
      try {
        await task(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, line));
  if (failure !== undefined) throw (failure as { readonly error: unknown }).error;
}
