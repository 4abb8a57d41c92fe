/** Names the places of the tuples of `../data.ts`. Strings are looked up late: 50,000 rows must open at once. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low'];
export const ANSWERS = ['active', 'unknown', 'not asked', 'inactive'];

export function decode(data) {
  const { strings, rows } = data;
  const text = (index) => strings[index];
  return rows.map((row, order) => ({
    order,
    id: text(row[0]),
    severity: row[1],
    name: text(row[4]),
    masked: text(row[5]),
    answer: text(row[6]),
    place: row[12].length === 0 ? '' : `${text(row[12][0][0])}:${row[12][0][1]}`,
    places: row[18],
    waived: (row[17] & 2) !== 0,
    unsure: (row[17] & 4) !== 0,
    broken: row[11].filter((verdict) => text(verdict[0]) === 'violated').map((verdict) => text(verdict[1])),
    /** Built when first searched. */
    haystack: undefined,
    search() {
      this.haystack ??= [this.id, this.name, this.masked, this.answer, text(row[3]), ...row[12].map((place) => text(place[0])), ...row[10].map((fact) => text(fact[1])), ...this.broken]
        .join('\n')
        .toLowerCase();
      return this.haystack;
    },
    details: () => ({
      confidence: text(row[2]),
      ruleId: text(row[3]),
      sentence: text(row[7]),
      at: text(row[8]),
      lastKnown: text(row[9]),
      facts: row[10].map(([label, value, fromToken]) => ({ label: text(label), value: text(value), fromToken: fromToken === 1 })),
      verdicts: row[11].map(([status, check, why, remedy]) => ({ status: text(status), check: text(check), text: text(why), remedy: text(remedy) })),
      places: row[12].map(([path, line, column, context]) => ({ place: `${text(path)}:${line}:${column}`, context: text(context) })),
      opens: text(row[13]),
      next: text(row[14]),
      waiver: text(row[15]),
      references: row[16].map(text),
      failing: (row[17] & 1) !== 0,
      alert: text(row[19]),
    }),
  }));
}
