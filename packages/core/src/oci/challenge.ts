// What a server says when it wants to know who we are. Source: RFC 9110, 11.6.1; https://distribution.github.io/distribution/spec/auth/token

/** One way to authenticate that a server offers. Names are in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const token = String.raw`[!#$%&'*+\-.^_\x60|~0-9A-Za-z]+`;
const next = new RegExp(String.raw`^[\s,]*(${token})(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|(${token}))|(?=[\s,]|$))`);

/** The challenges of a `WWW-Authenticate` header; what cannot be read ends the list. Errors: none (total). */
export const parseChallenges = (header: string): readonly Challenge[] => {
  const challenges: { readonly scheme: string; readonly parameters: Record<string, string> }[] = [];
  let ahead = header.slice(0, 8192);
  for (let match = next.exec(ahead); match !== null; match = next.exec(ahead)) {
    const [whole, name = "", quoted, plain] = match;
    const value = quoted?.replaceAll(/\\(.)/g, "$1") ?? plain;
    const current = challenges.at(-1);
    if (value === undefined) challenges.push({ scheme: name.toLowerCase(), parameters: {} });
    else if (current === undefined) return challenges;
    else current.parameters[name.toLowerCase()] = value;
    ahead = ahead.slice(whole.length);
  }
  return challenges;
};
