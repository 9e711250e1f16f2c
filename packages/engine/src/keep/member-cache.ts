// What the watches know of the members of every set: a few words per object, whatever its size.
import type { LiveObject, ObjectKey } from "@windlass/core";

const none: ReadonlyMap<ObjectKey, LiveObject> = new Map();

/** Versions of one API server are decimal numbers that grow (KEP-5504); anything else is taken as newer. */
const isOlder = (version: string, than: string): boolean =>
  /^\d+$/.test(version) && /^\d+$/.test(than) && (version.length - than.length || (version < than ? -1 : version > than ? 1 : 0)) < 0;

/** Members by set. Fed by watches and by the answers to our own writes, whichever comes first. */
export class MemberCache {
  readonly #sets = new Map<string, Map<ObjectKey, LiveObject>>();
  readonly #setOf = new Map<ObjectKey, string>();

  membersOf(setId: string): ReadonlyMap<ObjectKey, LiveObject> {
    return this.#sets.get(setId) ?? none;
  }

  get(key: ObjectKey): LiveObject | undefined {
    const setId = this.#setOf.get(key);
    return setId === undefined ? undefined : this.#sets.get(setId)?.get(key);
  }

  /** The sets it concerns: the one the object is in and the one it was in. An older view than the one held is dropped: none. */
  put(key: ObjectKey, live: LiveObject): readonly string[] {
    const held = this.get(key);
    if (held && held.uid === live.uid && isOlder(live.resourceVersion, held.resourceVersion)) return [];
    const before = this.#setOf.get(key);
    if (before !== undefined && before !== live.partOf) this.#sets.get(before)?.delete(key);
    if (live.partOf === "") this.#setOf.delete(key);
    else {
      const members = this.#sets.get(live.partOf) ?? new Map<ObjectKey, LiveObject>();
      members.set(key, live);
      this.#sets.set(live.partOf, members);
      this.#setOf.set(key, live.partOf);
    }
    return [...new Set([before ?? "", live.partOf])].filter((setId) => setId !== "");
  }

  /** The set that lost it. */
  remove(key: ObjectKey): readonly string[] {
    const setId = this.#setOf.get(key);
    if (setId === undefined) return [];
    this.#setOf.delete(key);
    this.#sets.get(setId)?.delete(key);
    return [setId];
  }

  /** Drops the objects of a kind that a complete list no longer held; the sets that lost some. */
  retain(isOfKind: (key: ObjectKey) => boolean, seen: ReadonlySet<ObjectKey>): readonly string[] {
    const lost = [...this.#setOf.keys()].filter((key) => isOfKind(key) && !seen.has(key));
    return [...new Set(lost.flatMap((key) => this.remove(key)))];
  }
}
