import type { components } from "../../generated/contract";

type Schemas = components["schemas"];

export type CheckAnswer = Schemas["CheckAnswer"];
export type Match = Schemas["MatchAnswer"];
export type Evidence = Schemas["EvidenceAnswer"];
export type Verdict = Match["verdict"];
export type Effort = NonNullable<CheckAnswer["effort"]>;
export type Problem = Schemas["Problem"] & Pick<Schemas["ColumnsProblem"], "columns" | "examples">;
export type Status = Schemas["StatusAnswer"] & {
  /** Where the counts of a deployment are of the last reconciliation. */
  index: { compared_seconds_ago?: number };
};
export type Search = Schemas["DuplicatesAnswer"];
export type Group = Schemas["GroupAnswer"];
export type GroupPage = Schemas["GroupsAnswer"];
export type Member = Schemas["MemberAnswer"];
export type Link = Schemas["PairAnswer"];
export type Decision = Schemas["DecisionAnswer"];
export type DecisionPage = Schemas["DecisionsAnswer"];
export type Choice = Decision["decision"];
export type Likeness = Schemas["SearchAnswer"];
export type SimilarProduct = Schemas["SimilarProductAnswer"];
export type ListedProduct = Schemas["ListedProduct"];
export type ProductPage = Schemas["ProductsAnswer"];
export type Product = Schemas["ProductAnswer"];
export type ImportPreview = Schemas["ImportPreviewAnswer"];
export type Thumbnails = Schemas["ThumbnailsAnswer"];
export type Event = Schemas["EventAnswer"];
export type EventPage = Schemas["EventsAnswer"];
export type ImportList = Schemas["ImportsAnswer"];
export type Import = Schemas["ImportAnswer"];
export type Failure = Schemas["FailureAnswer"];
export type FailurePage = Schemas["FailuresAnswer"];
