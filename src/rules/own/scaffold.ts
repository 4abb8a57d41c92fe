/** A rule file for one new kind, which loads and proves itself as it is: what to change is said beside it. */
export function scaffoldRule(issuer: string, kind: string): string {
  const prefix = issuer.replace(/[^a-z0-9]/g, '').slice(0, 12);
  return `# Name this file under rules.files in tokenwarden.yml, or copy the kind below rules: there.
# "tokenwarden rules test ${issuer}-${kind}" proves it. Every key: rules/rule.schema.json; recipes: rules/README.md.
issuer: ${issuer}
name: ${titleOf(issuer)}
kinds:
  - id: ${issuer}-${kind}
    name: ${titleOf(issuer)} ${kind.replace(/-/g, ' ')}
    type: api-key # access-token, refresh-token, api-key, client-secret, session, password, private-key, webhook, signed-url, id
    lifetime: persistent # temporary: hours; persistent: days; static: no expiry by design
    # A regular expression of JavaScript over bytes. The secret is the group "secret", else the first group, else all of it.
    pattern: '${prefix}_[A-Za-z0-9]{32}'
    # What may not touch a match: letters, digits and _ (word), also - (dash), also + / = . (base64), nothing (none).
    boundary: word
    # Texts one of which stands in or near every match; left out, they are derived from the pattern.
    anchors: ['${prefix}_']
    min-entropy: 3 # bits for each character of the secret
    confidence: high # high, medium or low
    opens: What the holder of such a token can do.
    revoke-by-hand: Where a person revokes it, step by step.
    references: [https://docs.example.com/]
    # Secrets that are none:
    # except: { words: [example], patterns: ['0{8}'] }
    # Made up from a seed; never a real token.
    examples:
      - ${prefix}_<base62:32>
      - { recipe: ${prefix}_<base62:32>, in: 'export TOKEN="{}"' }
    near-misses:
      - { recipe: ${prefix}_<base62:31>, why: one character too few }
      - { recipe: ${prefix}_<base62:33>, why: one character too many }
`;
}

function titleOf(id: string): string {
  return id.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => (dash === '' ? '' : ' ') + letter.toUpperCase());
}
