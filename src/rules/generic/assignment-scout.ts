import { CONTEXT_BYTES, type Scout } from '../validator.ts';
import { mayBeToken } from './may-be-token.ts';
import { lastPart, LONGEST_BEFORE, nameBefore } from './name-before.ts';
import { kindOfName } from './secret-name.ts';

/** A name, a separator right behind it, and right behind that the value, which is only looked at. */
const SHAPE = /^\(\?<name>\(\?:.*\[A-Za-z0-9_.\\-\]\{0,32\}\(\?!\[A-Za-z0-9_.\\-\]\)\)\(\?<separator>.*\)\(\?=\(\?<secret>\[\^\\r\\n\]\{(\d+),\d+\}\)\)$/;
/** A found name and separator that leave `judge` as much before them as is read here. */
const FARTHEST = CONTEXT_BYTES - LONGEST_BEFORE;

/** Names without any of it are no password's: the word that a name is about begins in the part that was found. */
const MAY_SAY_PASSWORD = /pas|pw|ps|tok(?!en)/i;

/** Every second assignment is dropped for its name alone, and to find out takes neither the value nor a separator's own text; most tokens for what the value consists of. */
export const assignmentScout: Scout = {
  patternOf: (pattern) => {
    const least = SHAPE.exec(pattern)?.[1];
    if (least === undefined) return undefined;
    const end = pattern.lastIndexOf('(?=(?<secret>');
    const head = pattern.slice(0, end);
    return head.slice('(?<name>'.length).includes('(?<name>') ? undefined : `${head.replace('(?<name>', '(').replace('(?<separator>', '(?:')}(?=[^\\r\\n]{${least}})`;
  },
  mayKeep: (text, at, length, name) => {
    if (length > FARTHEST) return true;
    const isToken = mayBeToken(text, at + length);
    if (!isToken && !MAY_SAY_PASSWORD.test(name)) return false;
    const kind = kindOfName(lastPart(nameBefore(text, at), name));
    return kind === 'password' || (kind === 'token' && isToken);
  },
};
