/** Storage of one oidc-provider: the package's own in-memory adapter warns on standard output, which a demo shows to people. */
export class MemoryAdapter {
  readonly #records = new Map<string, Record<string, unknown>>();

  upsert(id: string, payload: Record<string, unknown>): Promise<void> {
    this.#records.set(id, payload);
    return Promise.resolve();
  }

  find(id: string): Promise<Record<string, unknown> | undefined> {
    return Promise.resolve(this.#records.get(id));
  }

  destroy(id: string): Promise<void> {
    this.#records.delete(id);
    return Promise.resolve();
  }
}

/** What `configuration.adapter` takes: one store per kind of model. */
export function memoryAdapter(): (model: string) => MemoryAdapter {
  return () => new MemoryAdapter();
}
