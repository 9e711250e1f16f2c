// `windlass why`: where an object comes from, and who has a hand in it.
import { WindlassError, formatRef } from "@windlass/core";
import { type Explanation, type KindInfo, type KubeClient, explainObject } from "@windlass/engine";
import type { CommandContext } from "../command.ts";
import { withCluster } from "./open-cluster.ts";

const refuse = (message: string, remedy: string): WindlassError => new WindlassError({ code: "invalid", message, remedy });

/** The kind that a word means: `Deployment`, `deployments`, `Deployment.apps`, in any case of letters. */
const findKind = async (kube: KubeClient, word: string, signal: AbortSignal): Promise<KindInfo> => {
  const [name = "", ...group] = word.toLowerCase().split(".");
  const kinds = (await kube.listKinds({ signal })).filter((info) => info.kind.toLowerCase() === name || info.resource === name);
  const matching = group.length === 0 ? kinds : kinds.filter((info) => info.group === group.join("."));
  const [kind] = matching;
  if (kind === undefined)
    throw refuse(`This cluster has no kind "${word}".`, "Write KIND/NAME, or KIND.GROUP/NAME where two groups have the kind.");
  return matching.find((info) => info.group === "" || info.group === "apps") ?? kind;
};

const formatOwner = ({ manager, operation, subresource, time, fields }: Explanation["owners"][number]): string => {
  const shown = fields.slice(0, 8).map((field) => `\n      ${field}`);
  const rest = fields.length > 8 ? `\n      and ${fields.length - 8} more` : "";
  return `    ${manager}, ${operation}${subresource === "" ? "" : ` of ${subresource}`}${time === "" ? "" : ` at ${time}`}:${shown.join("")}${rest}\n`;
};

const format = (explanation: Explanation): string => {
  const { ref, placement, revision, origin, findings, owners } = explanation;
  const from = placement
    ? `  placement ${placement.namespace}/${placement.name}, revision ${revision === "" ? "(first sync not complete)" : revision}, ${origin}\n`
    : "";
  const verdict = findings.length === 0 ? "  it is as its source says\n" : findings.map((finding) => `  ! ${finding}\n`).join("");
  return `${formatRef(ref)}\n${from}${verdict}${owners.length > 0 ? `  fields by owner\n${owners.map(formatOwner).join("")}` : ""}`;
};

/** Explains one object; exit status 1 when something is wrong with it. */
export const runWhy = async (context: CommandContext, options: { readonly object: string; readonly namespace?: string }): Promise<void> => {
  const { stdout, signal, globals } = context;
  const [word = "", name = "", ...rest] = options.object.split("/");
  if (word === "" || name === "" || rest.length > 0)
    throw refuse(`"${options.object}" names no object.`, "Write KIND/NAME, as in Deployment/web.");
  await withCluster(context, async ({ kube, namespace }) => {
    const kind = await findKind(kube, word, signal);
    const ref = {
      group: kind.group,
      kind: kind.kind,
      version: kind.version,
      namespace: kind.namespaced ? (options.namespace ?? namespace) : "",
      name,
    };
    const explanation = await explainObject(kube, ref, { signal });
    stdout.write(globals().output === "json" ? `${JSON.stringify(explanation)}\n` : format(explanation));
    context.setExitStatus(explanation.findings.length > 0 ? 1 : 0);
  });
};
