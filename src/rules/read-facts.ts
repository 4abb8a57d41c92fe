import type { OfflineFacts } from '../model/index.ts';
import { FACT_READERS } from './facts/registry.ts';

/** What the token says of itself, by the name of a unit of `facts/`. Undefined when it says nothing or nobody reads that name. */
export function readFacts(name: string, token: string): OfflineFacts | undefined {
  return FACT_READERS.get(name)?.read(token);
}
