/** Kinds that nobody knows, each with words that many controllers use, a row a verdict. Read by `readTable`. */
export const genericTable = `
# Conditions that sum up
example.org/v1 Thing Healthy     {status: {conditions: [{type: Ready, status: "True"}]}}
example.org/v1 Thing Healthy     {status: {conditions: [{type: Ready, status: true}]}}
example.org/v1 Thing Degraded    {status: {conditions: [{type: Ready, status: "False", reason: ReconcileError, message: denied}]}}
example.org/v1 Thing Progressing {status: {conditions: [{type: Ready, status: "False", reason: Creating}]}}
example.org/v1 Thing Progressing {status: {conditions: [{type: Ready, status: Unknown}]}}
example.org/v1 Thing Degraded    {status: {conditions: [{type: Ready, status: Unknown, reason: TriggerError}]}}
example.org/v1 Thing Progressing {status: {conditions: [{type: Available, status: "False"}]}}
example.org/v1 Thing Degraded    {status: {conditions: [{type: Ready, status: "True"}, {type: Synced, status: "False", reason: Failed}]}}
example.org/v1 Thing Healthy     {status: {conditions: [{type: Ready, status: "True"}, {type: DatabaseReady, status: "False"}]}}
example.org/v1 Thing Degraded    {status: {conditions: [{type: Ready, status: "False", severity: Error}]}}

# Conditions that report a state of their own
example.org/v1 Thing Degraded    {status: {conditions: [{type: Stalled, status: "True", message: no}, {type: Ready, status: "True"}]}}
example.org/v1 Thing Progressing {status: {conditions: [{type: Reconciling, status: "True"}, {type: Ready, status: "True"}]}}
example.org/v1 Thing Healthy     {status: {conditions: [{type: Progressing, status: "True", reason: NewReplicaSetAvailable}, {type: Available, status: "True"}]}}
example.org/v1 Thing Suspended   {status: {conditions: [{type: Paused, status: "True"}, {type: Ready, status: "True"}]}}
example.org/v1 Thing Healthy     {status: {conditions: [{type: Failed, status: "False"}, {type: Degraded, status: "False"}, {type: Ready, status: "True"}]}}
example.org/v1 Thing Degraded    {status: {conditions: [{type: NotReady, status: "True"}]}}

# Phases, states and flags
example.org/v1 Thing Healthy     {status: {phase: Running}}
example.org/v1 TestRun Progressing {status: {phase: Running}}
example.org/v1 TestRun Progressing {status: {stage: started}}
example.org/v1 Thing Healthy     {status: Running}
example.org/v1 Thing Degraded    {status: CreateFailed}
example.org/v1 Thing Progressing {status: {state: PROVISIONING}}
example.org/v1 Thing Degraded    {status: {state: error, message: no space}}
example.org/v1 Thing Progressing {status: {phase: Frobnicating}}
example.org/v1 Thing Progressing {status: {ready: false}}
example.org/v1 Thing Degraded    {status: {valid: false}}
example.org/v1 Thing Degraded    {status: {health: red}}
example.org/v1 Thing Progressing {status: {clusterState: initializing}}
example.org/v1 Thing Degraded    {status: {statuses: {a: {state: Rejected}}}}
example.org/v1 Thing Healthy     {status: {phase: Running, desiredState: Stopped}}

# Errors, pauses, counts, nothing
example.org/v1 Thing Degraded    {status: {errorMessage: no space}}
example.org/v1 Thing Suspended   {spec: {suspend: true}, status: {conditions: [{type: Ready, status: "True"}]}}
example.org/v1 Thing Suspended   {spec: {updateStrategy: {paused: true}}}
example.org/v1 Thing Suspended   {metadata: {annotations: {example.org/paused: "true"}}}
example.org/v1 Thing Healthy     {metadata: {annotations: {example.org/paused: "false"}}, status: {phase: Ready}}
example.org/v1 Thing Progressing {spec: {replicas: 2}, status: {readyReplicas: 1}}
example.org/v1 Thing Healthy     {spec: {replicas: 2}, status: {readyReplicas: 2}}
example.org/v1 Thing Progressing {}
example.org/v1 Thing Progressing {status: {observedGeneration: 1}}
example.org/v1 Thing Progressing {status: {conditions: []}}
example.org/v1 Thing Healthy     {status: {address: 192.0.2.1}}
example.org/v1 Policy Degraded   {status: {ancestors: [{conditions: [{type: Accepted, status: "True"}]}, {conditions: [{type: Accepted, status: "False", reason: Conflicted}]}]}}
`;
