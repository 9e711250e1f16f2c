// A real sshd for tests. Where the machine has none, Debian's package is fetched and unpacked into the cache; nothing is installed.
import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export interface Sshd {
  readonly program: string;
  /** Where its libraries are, beside the machine's own. */
  readonly libraryPath: string;
}

const run = promisify(execFile);
const cache = (): string => join(homedir(), ".cache/windlass/openssh-server");

/** An sshd, or why there is none here: a sentence for whoever reads that a test was left out. */
export const ensureSshd = async (): Promise<Sshd | string> => {
  for (const program of ["/usr/sbin/sshd", "/usr/local/sbin/sshd"]) if (await isThere(program)) return { program, libraryPath: "" };
  const unpacked = join(cache(), "usr/sbin/sshd");
  if (!(await isThere(unpacked))) {
    try {
      await fetchPackage();
    } catch (error) {
      return `there is no sshd here, and apt-get cannot fetch openssh-server: ${error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : ""}`;
    }
  }
  return { program: unpacked, libraryPath: await findLibraries(cache()) };
};

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** What sshd of Debian is linked to and a small machine may lack: libwrap. */
const packages = ["openssh-server", "libwrap0"];

const fetchPackage = async (): Promise<void> => {
  process.stderr.write(`fetching ${packages.join(" and ")} by apt-get into ${cache()}, for tests; nothing is installed\n`);
  await mkdir(join(cache(), ".."), { recursive: true });
  const draft = await mkdtemp(join(cache(), "../openssh-draft-"));
  try {
    await run("apt-get", ["download", "--quiet", ...packages], { cwd: draft, timeout: 120_000 });
    for (const file of (await readdir(draft)).filter((name) => name.endsWith(".deb"))) await run("dpkg", ["-x", join(draft, file), draft]);
    await rm(cache(), { recursive: true, force: true });
    await rename(draft, cache());
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

/** Debian keeps libraries in a folder named after the machine's architecture. */
const findLibraries = async (folder: string): Promise<string> => {
  const found: string[] = [];
  for (const base of ["lib", "usr/lib"].map((name) => join(folder, name)))
    for (const name of await readdir(base).catch(() => [])) if (name.endsWith("-linux-gnu")) found.push(join(base, name));
  return found.join(":");
};
