import { writeMacaroon } from '../encoding/macaroon.ts';
import type { SeededRandom } from '../seeded-random.ts';

/** `LOCATION;IDENTIFIER;CAVEAT;…` as base64url of a binary macaroon with a random signature. An empty identifier is made up. */
export function macaroon(argument: string, random: SeededRandom): string {
  const [location = '', identifier = '', ...caveats] = argument.split(';');
  const id = identifier === '' ? random.bytes(16).toString('hex') : identifier;
  return writeMacaroon({ location, identifier: Buffer.from(id), caveats: caveats.map((caveat) => Buffer.from(caveat)) }, random.bytes(32)).toString('base64url');
}

/** The payload of a routable GitLab token: `o:1,u:2a` as lines, 16 random bytes and their number. */
export function gitlabPayload(argument: string, random: SeededRandom): string {
  return Buffer.concat([Buffer.from(`${argument.split(',').join('\n')}\n`), random.bytes(16), Buffer.from([16])]).toString('base64url');
}

/** Base64 of a MessagePack array as Fly's macaroons have it. */
export function flyMacaroon(argument: string, random: SeededRandom): string {
  return Buffer.concat([Buffer.from([0x94, 0x93, 0xc4, 0x20]), random.bytes(Number(argument))]).toString('base64');
}

/** `USER:PASSWORD` (or a recipe-less body) in base64; `<base64of:text>`. A `?` becomes a random letter or digit. */
export function base64of(argument: string, random: SeededRandom): string {
  const text = argument.replace(/\?/g, () => random.pick('abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'));
  return Buffer.from(text).toString('base64');
}
