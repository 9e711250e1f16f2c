import { WindlassError } from "@windlass/core";

/** Why an archive is refused. `name` says which archive it is; what comes out of it is quoted, since anybody may have written it. */
export const archiveFault = (name: string, why: string, remedy: string): WindlassError =>
  new WindlassError({ code: "invalid", message: `${name} is refused: ${why}`, remedy, details: { archive: name } });

export const repackRemedy = "pack it again with plain files only; if it comes from somebody else, ask them what it is meant to be";

/** A path of an archive in a message: quoted and cut. */
export const quotePath = (path: string): string => JSON.stringify(path.length > 120 ? `${path.slice(0, 120)}…` : path);
