import type { components } from "../../generated/contract";

type Schemas = components["schemas"];

export type CheckAnswer = Schemas["CheckAnswer"];
export type Match = Schemas["MatchAnswer"];
export type Evidence = Schemas["EvidenceAnswer"];
export type Verdict = Match["verdict"];
export type Effort = NonNullable<CheckAnswer["effort"]>;
export type Problem = Schemas["Problem"];
export type Status = Schemas["StatusAnswer"] & {
  /** Where the counts of a deployment are of the last reconciliation. */
  index: { compared_seconds_ago?: number };
};
export type ListedProduct = Schemas["ListedProduct"];
export type ProductPage = Schemas["ProductsAnswer"];
export type Product = Schemas["ProductAnswer"];
export type Import = Schemas["ImportAnswer"];
export type Failure = Schemas["FailureAnswer"];
export type FailurePage = Schemas["FailuresAnswer"];
