// Names inside a tree: which of them nobody may follow, and why.

/** As many bytes as Linux's file systems take. */
const nameBytesMax = 255;

/**
 * Why an entry's name must not be followed, or `undefined` where it may.
 *
 * `name` is `undefined` where its bytes are no UTF-8. `.git` counts in each form that some file system takes for it: other cases, dots
 * and spaces at its end (NTFS), `git~1` (NTFS), and with characters in it that HFS+ does not look at.
 * Source: git, path.c, is_ntfs_dotgit and utf8.c, next_hfs_char @v2.39.5.
 */
export const findNameFault = (name: string | undefined, bytes: number): string | undefined => {
  if (name === undefined) return "its name is not UTF-8";
  if (name === "") return "its name is empty";
  if (bytes > nameBytesMax) return `its name is longer than ${nameBytesMax} bytes`;
  if (name.includes("/")) return "its name holds a slash";
  if (name === "." || name === "..") return "its name leaves its folder";
  if (hasControlCharacter(name)) return "its name holds a control character";
  return isDotGit(name) ? "its name is kept for Git itself" : undefined;
};

const hasControlCharacter = (name: string): boolean => /\p{Cc}/u.test(name);

// Zero-width and direction marks, and the byte order mark.
const ignoredByHfs = /[\u{200c}-\u{200f}\u{202a}-\u{202e}\u{206a}-\u{206f}\u{feff}]/gu;

const isDotGit = (name: string): boolean => {
  // Any form of it begins with a dot, with `git`, or with a character that is not looked at.
  if (/^[a-fh-z0-9_-]/i.test(name)) return false;
  const seen = name.replaceAll(ignoredByHfs, "").toLowerCase().replace(/:.*$/s, "");
  return [".git", "git~1"].includes(trimEnd(seen));
};

/** Without the dots and spaces at the end. Not by a pattern: one would take a square of the time for a name full of spaces. */
const trimEnd = (text: string): string => {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "." || text[end - 1] === " ")) end--;
  return text.slice(0, end);
};
