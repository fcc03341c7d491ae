import type { components } from "../../generated/contract";

type Schemas = components["schemas"];

export type CheckAnswer = Schemas["CheckAnswer"];
export type Match = Schemas["MatchAnswer"];
export type Evidence = Schemas["EvidenceAnswer"];
export type Verdict = Match["verdict"];
export type Effort = NonNullable<CheckAnswer["effort"]>;
export type Problem = Schemas["Problem"];
export type Status = Schemas["StatusAnswer"];
