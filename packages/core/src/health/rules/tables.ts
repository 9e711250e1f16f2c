// Every table of rules, in order: a later one wins.
import type { RuleTable } from "../rule.ts";
import { appsRules } from "./apps.ts";
import { argoRules } from "./argo.ts";
import { batchRules } from "./batch.ts";
import { clusterRules } from "./cluster.ts";
import { clusterApiRules } from "./cluster-api.ts";
import { coreRules } from "./core.ts";
import { crossplaneRules } from "./crossplane.ts";
import { dataRules } from "./data.ts";
import { databaseRules } from "./databases.ts";
import { elasticRules } from "./elastic.ts";
import { fluxRules } from "./flux.ts";
import { kruiseRules } from "./kruise.ts";
import { machineLearningRules } from "./machine-learning.ts";
import { networkingRules } from "./networking.ts";
import { observabilityRules } from "./observability.ts";
import { openshiftRules } from "./openshift.ts";
import { promoterRules } from "./promoter.ts";
import { securityRules } from "./security.ts";
import { serverlessRules } from "./serverless.ts";
import { soloRules } from "./solo.ts";
import { storageRules } from "./storage.ts";
import { storedRules } from "./stored.ts";
import { trafficRules } from "./traffic.ts";
import { virtualMachineRules } from "./virtual-machines.ts";

/** The rules of every kind that has one of its own. */
export const ruleTables: readonly RuleTable[] = [
  coreRules,
  appsRules,
  batchRules,
  networkingRules,
  clusterRules,
  storedRules,
  argoRules,
  clusterApiRules,
  crossplaneRules,
  dataRules,
  databaseRules,
  elasticRules,
  fluxRules,
  kruiseRules,
  machineLearningRules,
  observabilityRules,
  openshiftRules,
  promoterRules,
  securityRules,
  serverlessRules,
  soloRules,
  storageRules,
  trafficRules,
  virtualMachineRules,
];
