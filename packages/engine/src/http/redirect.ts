// Where an answer may send us. The repository is trusted with its own credential and content, not with a way into the network around us.
import { BlockList, isIP } from "node:net";
import { WindlassError } from "@windlass/core";

export const redirectsMax = 5;

export interface Redirect {
  readonly from: URL;
  /** The `location` header. */
  readonly location: string | undefined;
  readonly plainHttpHosts: readonly string[];
  readonly subject: string;
}

/**
 * The URL that a redirect leads to.
 *
 * Errors: `invalid` for one without a target, with a password in it, or that gives up TLS.
 */
export const followRedirect = ({ from, location, plainHttpHosts, subject }: Redirect): URL => {
  const to = location === undefined ? null : URL.parse(location, from.href);
  if (to === null) throw refuse(subject, "it redirects without saying where to");
  if (to.username !== "" || to.password !== "") throw refuse(subject, `it redirects to a URL with a password at ${to.host}`);
  if (to.protocol === "https:" || (to.protocol === "http:" && plainHttpHosts.includes(to.host))) return to;
  throw refuse(subject, `it redirects to ${to.protocol}//${to.host}, and only https is followed`);
};

const refuse = (subject: string, why: string): WindlassError =>
  new WindlassError({
    code: "invalid",
    message: `${subject}: ${why}`,
    remedy: "give the address that it redirects to as the repository's URL, if you trust it",
  });

/** The failure for a redirect to an address that is not reachable from everywhere. */
export const privateTarget = (subject: string, host: string): WindlassError =>
  refuse(subject, `it redirects to ${host}, which lies in a private network while the repository itself does not`);

// Source: RFC 6890 and the registries of special-purpose addresses that IANA keeps for it
const privateBlocks = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const)
  privateBlocks.addSubnet(network, bits, "ipv4");
for (const [network, bits] of [
  ["::", 127],
  ["64:ff9b::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  privateBlocks.addSubnet(network, bits, "ipv6");

/** Whether an IP address is one of a private network, of this machine, or of a group. Such a v4 address written as v6 is one, too. */
export const isPrivateAddress = (address: string): boolean => privateBlocks.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
