import type { CheckAnswer, Evidence, Match, Problem } from "../api/types";

/** A value with those fields alone that a test needs: answers may get further ones at any time. */
export function some<Value>(fields: Partial<Value>): Value {
  return fields as Value;
}

/** Values for tests; what does not matter to one has a default. */
export function aMatch({
  evidence = {},
  ...changes
}: Partial<Omit<Match, "evidence">> & { evidence?: Partial<Evidence> } = {}): Match {
  return some<Match>({
    entity_id: "shirt-1",
    sku: "SKU-1",
    image_url: "photos/shirt 1.jpg",
    image_index: 0,
    attributes: { seller: "acme" },
    match_percentage: 99.97,
    verdict: "edited_copy",
    evidence: some<Evidence>({
      phash_distance: 2,
      deep_distance: 42,
      flipped: false,
      rotation: 0,
      area_of_query: 1,
      area_of_match: 1,
      outline_of_query: null,
      outline_of_match: null,
      ...evidence,
    }),
    ...changes,
  });
}

export function anAnswer(matches: Match[] = [aMatch()]): CheckAnswer {
  const query = { phash: "c93f32c337cc4c1c", quality: 100, width: 825, height: 514 };
  return some<CheckAnswer>({ is_duplicate: matches.length > 0, matches, query, effort: "normal" });
}

export function aProblem(changes: Partial<Problem> = {}): Problem {
  return some<Problem>({
    type: "urn:lookalike:problem:image_corrupt",
    title: "Image is damaged",
    status: 422,
    detail: "The file ends early.",
    code: "image_corrupt",
    request_id: "1-2",
    retryable: false,
    ...changes,
  });
}

export function json(document: unknown, status = 200, headers: HeadersInit = {}): Response {
  const type = status < 400 ? "application/json" : "application/problem+json";
  const all = { "content-type": type, ...headers };
  return new Response(JSON.stringify(document), { status, headers: all });
}
