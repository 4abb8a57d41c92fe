import type { FactReader } from '../fact-reader.ts';

/** First milliseconds of Discord's own calendar (2015-01-01). */
const DISCORD_EPOCH = 1_420_070_400_000n;

export const factReader: FactReader = {
  id: 'discord-bot',
  reads: "The first part is the bot's user id in base64; the id's upper bits are the instant the bot was made.",
  read: (token) => {
    const id = Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('latin1');
    if (!/^\d{17,20}$/.test(id)) return undefined;
    const madeAt = new Date(Number((BigInt(id) >> 22n) + DISCORD_EPOCH));
    return { subject: id, notes: { 'bot made': madeAt.toISOString().slice(0, 10) } };
  },
};
