import { resolve } from 'node:path';
import { parseByteSize } from '../lib/byte-size.ts';
import { endOfDay } from '../lib/day.ts';
import { parseDuration } from '../lib/duration.ts';
import { listOf, nearest } from '../lib/nearest.ts';
import { CHOICES, type KindValues, type Kind, type OptionSpec } from './option.ts';

export type Read = { readonly ok: true; readonly value: KindValues[Kind] } | { readonly ok: false; readonly expected: string; readonly meant?: string };

const TRUE = ['true', '1', 'yes', 'on'];
const FALSE = ['false', '0', 'no', 'off'];

/** One value of an option, from the text of a flag or an environment variable. Paths are taken relative to `cwd`. */
export function readValue(spec: OptionSpec, text: string, cwd: string): Read {
  switch (spec.kind) {
    case 'on':
    case 'off': {
      const word = text.toLowerCase();
      if (TRUE.includes(word)) return good(true);
      return FALSE.includes(word) ? good(false) : bad('true or false');
    }
    case 'text':
      return text === '' ? bad('a text that is not empty') : good(text);
    case 'path':
      return isPath(text) ? good(resolve(cwd, text)) : bad('a path');
    case 'stream':
      return text === '-' ? good('-') : isPath(text) ? good(resolve(cwd, text)) : bad('a path, or - for a standard stream');
    case 'duration':
      return readDuration(text, spec.orZero === true);
    case 'bytes': {
      const bytes = parseByteSize(text);
      return bytes === undefined ? bad('a size such as 10MB, 1GiB or a number of bytes') : good(bytes);
    }
    case 'count':
      return /^[0-9]{1,4}$/.test(text) && Number(text) > 0 ? good(Number(text)) : bad('a whole number from 1 to 9999');
    case 'day':
      return endOfDay(text) === undefined ? bad('a day of the calendar, YYYY-MM-DD') : good(text);
    case 'report':
      return readReport(text, cwd);
    case 'severity':
    case 'confidence':
    case 'outage':
    case 'delivery':
    case 'visibility': {
      const words = CHOICES[spec.kind] ?? [];
      const meant = nearest(text, words);
      if (words.includes(text)) return good(text as KindValues['severity']);
      return { ok: false, expected: listOf(words), ...(meant === undefined ? {} : { meant }) };
    }
  }
}

function good(value: KindValues[Kind]): Read {
  return { ok: true, value };
}

function bad(expected: string): Read {
  return { ok: false, expected };
}

function isPath(text: string): boolean {
  return text !== '' && !text.includes('\0');
}

function readDuration(text: string, orZero: boolean): Read {
  try {
    const ms = parseDuration(text);
    return ms > 0 || (orZero && ms === 0) ? good(ms) : bad('a duration above zero, such as 90s or 10m');
  } catch {
    return bad('a duration such as 90s, 10m or 48h');
  }
}

function readReport(text: string, cwd: string): Read {
  const [, format, file = ''] = /^([A-Za-z0-9-]+)=(.*)$/s.exec(text) ?? [];
  if (format === undefined || !isPath(file)) return bad('FORMAT=FILE, for example sarif=out.sarif or json=-');
  return good({ format, file: file === '-' ? '-' : resolve(cwd, file) });
}
