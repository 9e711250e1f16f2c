// `windlass pack`: a folder becomes an artifact, and goes to a registry or a file.
import { readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { type OciReference, WindlassError, isOciUrl, parseOciReference } from "@windlass/core";
import {
  type PackedArtifact,
  type Provenance,
  createHttpClient,
  createRegistry,
  listFolder,
  packArtifact,
  parseDockerConfig,
  pushArtifact,
  signArtifact,
  toLayoutArchive,
} from "@windlass/engine";
import type { CommandContext } from "../command.ts";
import { readGitProvenance } from "./git-provenance.ts";

export interface PackOptions {
  readonly folder: string;
  readonly to?: string;
  readonly source?: string;
  readonly revision?: string;
  readonly sign?: string;
  readonly plainHttp: boolean;
}

const fileBytesMax = 32 * 1024 * 1024;

const refuse = (message: string, remedy: string): WindlassError => new WindlassError({ code: "invalid", message, remedy });

const readFiles = async (folder: string, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> => {
  const files = new Map<string, Uint8Array>();
  for (const file of await listFolder(folder, { signal })) {
    signal.throwIfAborted();
    files.set(file.path, await file.read(fileBytesMax));
  }
  if (files.size === 0) throw refuse(`${folder} holds nothing to pack`, "name a folder with files");
  return files;
};

/** What the options say, and Git where they say nothing. */
const findProvenance = async ({ folder, source, revision }: PackOptions, context: CommandContext): Promise<Provenance> => {
  if (source !== undefined && revision !== undefined) return { source, revision };
  const git = await readGitProvenance(folder, context.env["PATH"] ?? "", context.signal);
  // Of a commit that somebody names by hand we do not know when it was made.
  if (revision !== undefined) return { revision, ...(git?.source === undefined ? {} : { source: git.source }) };
  if (git?.isDirty === true)
    throw refuse(
      `${folder} differs from the commit that it would be said to come from`,
      "commit the changes, or say what it is with --revision",
    );
  const { isDirty: _isDirty, ...known } = git ?? {};
  return { ...known, ...(source === undefined ? {} : { source }) };
};

/** What `docker login` and `helm registry login` have left, if anything. */
const findCredentials = async ({ env }: CommandContext): Promise<ReturnType<typeof parseDockerConfig>> => {
  const folder = env["DOCKER_CONFIG"] ?? join(env["HOME"] ?? homedir(), ".docker");
  const text = await readFile(join(folder, "config.json"), "utf8").catch(() => undefined);
  return text === undefined ? () => undefined : parseDockerConfig(text);
};

const push = async (context: CommandContext, options: PackOptions, reference: OciReference, artifact: PackedArtifact): Promise<void> => {
  const plainHttpHosts = options.plainHttp ? [reference.registry] : [];
  const privateKey = options.sign === undefined ? undefined : await readKey(options.sign);
  const credentialFor = await findCredentials(context);
  const client = createHttpClient({ plainHttpHosts });
  try {
    const registry = createRegistry({ client, plainHttpHosts, credentialFor });
    const call = { signal: context.signal };
    await pushArtifact(registry, reference, artifact, call);
    if (privateKey !== undefined) await signArtifact(registry, { reference, digest: artifact.digest, privateKey }, call);
  } finally {
    await client.close();
  }
};

const readKey = (file: string): Promise<string> =>
  readFile(file, "utf8").catch(() => {
    throw refuse(`the key ${file} cannot be read`, "check the path and the right to read it");
  });

/** Where the artifact goes. Errors: `invalid` for a place that is none. */
const parsePlace = ({ to, sign }: PackOptions): OciReference | string | undefined => {
  if (to !== undefined && isOciUrl(to)) {
    const reference = parseOciReference(to);
    if (reference.tag !== undefined && reference.digest === undefined) return reference;
    throw refuse(`${to} names no tag`, "write oci://HOST/PATH:TAG");
  }
  if (sign !== undefined) throw refuse("only what goes to a registry can be signed", "give --to oci://HOST/PATH:TAG, or leave --sign out");
  if (to === undefined || /\.(?:tar\.gz|tgz)$/.test(to)) return to;
  throw refuse(`${to} is neither a registry nor a file that ends in .tar.gz`, "write oci://HOST/PATH:TAG or FILE.tar.gz");
};

/** Packs, and says under which digest. */
export const runPack = async (context: CommandContext, options: PackOptions): Promise<void> => {
  const place = parsePlace(options);
  const files = await readFiles(options.folder, context.signal);
  const provenance = await findProvenance(options, context);
  const artifact = packArtifact(files, provenance);
  if (typeof place === "string") await writeFile(place, toLayoutArchive(artifact));
  else if (place !== undefined) await push(context, options, place, artifact);
  const bytes = artifact.blobs.reduce((sum, { content }) => sum + content.length, 0);
  const result = {
    digest: artifact.digest,
    files: files.size,
    bytes,
    ...provenance,
    ...(options.to === undefined ? {} : { to: options.to }),
  };
  const done = options.to === undefined ? "would pack" : "packed";
  const from = provenance.revision === undefined ? "" : ` from ${provenance.revision}`;
  const lines = [
    `${done} ${files.size} files (${bytes} bytes)${from}`,
    options.to === undefined ? artifact.digest : `${options.to} is ${artifact.digest}`,
  ];
  context.stdout.write(context.globals().output === "json" ? `${JSON.stringify(result)}\n` : `${lines.join("\n")}\n`);
};
