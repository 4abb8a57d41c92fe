/** Whether bytes are text of one line: printable ASCII or UTF-8 without control characters. */
export function isPrintable(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  return text.length > 0 && !/[\u0000-\u001f\u007f\ufffd]/.test(text);
}
