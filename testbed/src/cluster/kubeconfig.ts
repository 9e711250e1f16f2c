// Kubeconfig documents as kubectl writes them, with the certificates inside.

/** How a user proves who it is: by a client certificate (PEM) or by a bearer token. */
export type Credential = { readonly certificate: string; readonly key: string } | { readonly token: string };

/** What a kubeconfig says. `authority` is the PEM certificate that the server's own is verified with. */
export interface KubeconfigContent {
  readonly name: string;
  readonly url: string;
  readonly authority: string;
  readonly user: string;
  readonly credential: Credential;
}

const toBase64 = (text: string): string => Buffer.from(text).toString("base64");

/** A kubeconfig with one cluster, one user and one context, as YAML. */
export const formatKubeconfig = ({ name, url, authority, user, credential }: KubeconfigContent): string =>
  `apiVersion: v1
kind: Config
clusters:
- name: ${name}
  cluster:
    server: ${url}
    certificate-authority-data: ${toBase64(authority)}
users:
- name: ${JSON.stringify(user)}
  user:
${formatCredential(credential)}
contexts:
- name: ${name}
  context:
    cluster: ${name}
    user: ${JSON.stringify(user)}
current-context: ${name}
`;

const formatCredential = (credential: Credential): string =>
  "token" in credential
    ? `    token: ${JSON.stringify(credential.token)}`
    : `    client-certificate-data: ${toBase64(credential.certificate)}\n    client-key-data: ${toBase64(credential.key)}`;
