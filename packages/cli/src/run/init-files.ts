// What `windlass init` writes, by path.
const readme = `# Deployments

What runs in our clusters, and nothing else, stands in this repository. A change is a commit; a rollback is a revert.

- \`apps/NAME/\` holds the manifests of one application, ready to run in any cluster.
- \`clusters/NAME/\` holds what one cluster has of its own: namespaces, quotas, roles.
- \`policies/NAME/\` holds what is to hold everywhere: network policies, admission policies.

Each of these folders is synced as a whole:

\`\`\`sh
windlass lint                                # before every commit; CI does the same
windlass diff apps/hello --namespace hello   # what would change
windlass sync apps/hello --namespace hello --prune
\`\`\`

Secrets are encrypted with SOPS before they are committed. \`windlass lint\` refuses those that are not.
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: hello
  labels:
    app.kubernetes.io/name: hello
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: hello
  template:
    metadata:
      labels:
        app.kubernetes.io/name: hello
    spec:
      securityContext:
        runAsNonRoot: true
        runAsUser: 65534
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: hello
          # Replace it by your own, with its digest: name:1.2.3@sha256:…
          image: registry.example.com/hello:1.0.0
          ports:
            - name: http
              containerPort: 8080
              protocol: TCP
          readinessProbe:
            httpGet:
              path: /
              port: http
          resources:
            requests:
              cpu: 50m
              memory: 64Mi
            limits:
              memory: 64Mi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
`;

const service = `apiVersion: v1
kind: Service
metadata:
  name: hello
  labels:
    app.kubernetes.io/name: hello
spec:
  selector:
    app.kubernetes.io/name: hello
  ports:
    - name: http
      port: 80
      targetPort: http
      protocol: TCP
`;

const namespace = `apiVersion: v1
kind: Namespace
metadata:
  name: hello
  labels:
    pod-security.kubernetes.io/enforce: restricted
`;

const networkPolicy = `# Nobody is let in who is not named by another policy.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny-ingress
spec:
  podSelector: {}
  policyTypes:
    - Ingress
`;

const ci = `# Checks every change before it can be merged.
name: lint
on: [push, pull_request]
permissions:
  contents: read
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      # Put windlass into PATH here, in the version that your clusters run.
      - run: windlass lint --kube-version 1.37
`;

/** Content by path, in the order in which people look at it. */
export const initFiles: Readonly<Record<string, string>> = {
  "README.md": readme,
  "apps/hello/deployment.yaml": deployment,
  "apps/hello/service.yaml": service,
  "clusters/example/namespaces.yaml": namespace,
  "policies/default/deny-ingress.yaml": networkPolicy,
  ".github/workflows/lint.yaml": ci,
};
