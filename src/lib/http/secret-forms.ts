/** Shorter strings stand in URLs by chance. */
const MIN_CHARACTERS = 6;

/** Whether a secret stands in the URL in any form that a reader could undo. A host name is lower-cased by URL parsing, so case does not count. */
export function urlHoldsSecret(url: URL, secrets: readonly string[]): boolean {
  return textHoldsSecret(url.href, secrets);
}

/**
 * Whether a secret of at least six characters stands in the text as it is, percent-encoded, base64, base64url or hex
 * (base64 at each of the three byte offsets, so that a secret inside a longer encoded text is seen).
 */
export function textHoldsSecret(text: string, secrets: readonly string[]): boolean {
  const texts = [text, decoded(text), decoded(text.replace(/\+/g, ' '))];
  const lower = texts.map((part) => part.toLowerCase());
  return secrets.some((secret) => {
    if (secret.length < MIN_CHARACTERS) return false;
    if (lower.some((part) => part.includes(secret.toLowerCase()))) return true;
    return encodedForms(secret).some((form) => texts.some((part) => part.includes(form)));
  });
}

/** Percent, form, base64 (three offsets, both alphabets) and hex forms of a secret, without the ones that chance could make. */
export function encodedForms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const forms = new Set<string>([encodeURIComponent(secret.replace(/\p{Surrogate}/gu, '\ufffd')), new URLSearchParams({ v: secret }).toString().slice(2)]);
  for (let offset = 0; offset < 3; offset += 1) {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replace(/=+$/, '');
    // Characters that also hold bits of a neighbour byte are cut off.
    const whole = text.slice(offset === 0 ? 0 : offset + 1, (bytes.length + offset) % 3 === 0 ? undefined : -1);
    forms.add(whole);
    forms.add(whole.replace(/\+/g, '-').replace(/\//g, '_'));
  }
  forms.add(bytes.toString('hex'));
  forms.add(bytes.toString('hex').toUpperCase());
  return [...forms].filter((form) => form.length >= MIN_CHARACTERS);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
