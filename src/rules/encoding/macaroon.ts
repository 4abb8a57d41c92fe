/** A macaroon in libmacaroons' binary format 2. The signature is not verified: only its issuer can. */
export interface Macaroon {
  readonly location: string;
  readonly identifier: Buffer;
  /** Identifiers of the caveats, in order. */
  readonly caveats: readonly Buffer[];
}

const VERSION = 2;
const FIELD = { end: 0, location: 1, identifier: 2, verificationId: 4, signature: 6 } as const;
const SIGNATURE_BYTES = 32;
const MAX_CAVEATS = 200;

interface Field {
  readonly type: number;
  readonly data: Buffer;
  readonly next: number;
}

/** Undefined unless the bytes are one whole macaroon of version 2 with its 32-byte signature. */
export function readMacaroon(bytes: Buffer): Macaroon | undefined {
  if (bytes[0] !== VERSION) return undefined;
  const header = readSection(bytes, 1);
  if (header?.identifier === undefined) return undefined;
  const caveats: Buffer[] = [];
  let at = header.next;
  while (bytes[at] !== FIELD.end) {
    const caveat = readSection(bytes, at);
    if (caveat?.identifier === undefined || caveats.length >= MAX_CAVEATS) return undefined;
    caveats.push(caveat.identifier);
    at = caveat.next;
  }
  const signature = readField(bytes, at + 1);
  const whole = signature?.type === FIELD.signature && signature.data.length === SIGNATURE_BYTES && signature.next === bytes.length;
  return whole ? { location: header.location, identifier: header.identifier, caveats } : undefined;
}

/** The bytes of a macaroon; for samples. `signature` has 32 bytes. */
export function writeMacaroon({ location, identifier, caveats }: Macaroon, signature: Buffer): Buffer {
  const section = (fields: readonly Buffer[]): Buffer => Buffer.concat([...fields, Buffer.from([FIELD.end])]);
  const head = location === '' ? [] : [writeField(FIELD.location, Buffer.from(location))];
  return Buffer.concat([
    Buffer.from([VERSION]),
    section([...head, writeField(FIELD.identifier, identifier)]),
    ...caveats.map((caveat) => section([writeField(FIELD.identifier, caveat)])),
    Buffer.from([FIELD.end]),
    writeField(FIELD.signature, signature),
  ]);
}

function readSection(bytes: Buffer, from: number): { readonly location: string; readonly identifier: Buffer | undefined; readonly next: number } | undefined {
  let location = '';
  let identifier: Buffer | undefined;
  let at = from;
  while (bytes[at] !== FIELD.end) {
    const field = readField(bytes, at);
    if (field === undefined) return undefined;
    if (field.type === FIELD.location) location = field.data.toString('utf8');
    else if (field.type === FIELD.identifier) identifier = field.data;
    else if (field.type !== FIELD.verificationId) return undefined;
    at = field.next;
  }
  return { location, identifier, next: at + 1 };
}

function readField(bytes: Buffer, at: number): Field | undefined {
  const type = bytes[at];
  const low = bytes[at + 1];
  if (type === undefined || low === undefined) return undefined;
  const high = low >= 128 ? bytes[at + 2] : 0;
  if (high === undefined || high >= 128) return undefined; // longer than 16 KB: no token of this kind is
  const start = at + (low >= 128 ? 3 : 2);
  const next = start + (low & 127) + high * 128;
  return next > bytes.length ? undefined : { type, data: bytes.subarray(start, next), next };
}

function writeField(type: number, data: Buffer): Buffer {
  const length = data.length < 128 ? [data.length] : [(data.length & 127) | 128, data.length >> 7];
  return Buffer.concat([Buffer.from([type, ...length]), data]);
}
