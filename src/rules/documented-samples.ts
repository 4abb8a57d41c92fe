import { createHash } from 'node:crypto';

/** SHA-256 of keys that documentation gives to everyone, so that the tree holds none of them. */
const SAMPLES: ReadonlyMap<string, string> = new Map([
  // Azurite and the Azure Storage emulator: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
  ['0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059', 'the storage emulator\'s account key'],
]);

/** Which documented sample this value is, or undefined. */
export function documentedSample(value: string): string | undefined {
  return value.length < 16 || value.length > 400 ? undefined : SAMPLES.get(createHash('sha256').update(value, 'latin1').digest('hex'));
}
