// What a front end in strict TypeScript does with types made of the OpenAPI document. Nothing of it is run: it is right
// when it compiles, and each `@ts-expect-error` says that the line below must not.

import type { components, operations } from "./generated/huiyin.d.ts";

type Schemas = components["schemas"];
type Event = Schemas["Event"];

/** `type` tells the public part of an event apart. */
export function inWords(event: Event): string {
  switch (event.type) {
    case "issue.raised": {
      const topic: string | undefined = event.public.topic;
      const kind: "opinion" | "suggestion" | "demand" | undefined = event.public.kind;
      return `${event.position}: ${kind ?? ""} ${topic ?? ""}`;
    }
    case "issue.escalated": {
      const level: "L1" | "L2" | "L3" | "L4" | undefined = event.public.level;
      return level ?? "";
    }
    case "policy.version_adopted": {
      const days: number = event.public.answer.final_working_days;
      return String(days);
    }
    default:
      return event.recorded_at;
  }
}

export function mistakes(event: Event): void {
  if (event.type === "issue.raised") {
    // @ts-expect-error a topic is a text
    const topic: number | undefined = event.public.topic;
    // @ts-expect-error that is said of an escalation, not of an issue raised
    const level = event.public.level;
    void [topic, level];
  }
  // @ts-expect-error no event has this type
  const never = event.type === "issue.forgotten";
  void never;
}

/** A policy is adopted in typed code: every part has its members. */
export function laterPolicy(current: Schemas["PolicyVersion"]): Schemas["PolicyDocument"] {
  const document = current.document;
  // @ts-expect-error a number of days is a number
  const wrong: Schemas["PolicyDocument"]["answer"]["final_working_days"] = "5";
  void wrong;
  return { ...document, effective_from: "2099-01-01", answer: { ...document.answer, final_working_days: 7 } };
}

/** A problem's code is of a closed list, so that a misspelt one is found when it is compiled. */
export function mayRetry(problem: Schemas["Problem"]): boolean {
  // @ts-expect-error no problem has this code
  if (problem.code === "overloded") return false;
  return problem.code === "overloaded" || problem.code === "read_model_behind";
}

/** Headers of answers have names. */
type Recorded = operations["post_receptions"]["responses"][201]["headers"];
export const locationOf = (headers: Recorded): string | undefined => headers.Location;

/** A role to act in; the server's own is none. */
type Acting = NonNullable<NonNullable<operations["post_offices"]["parameters"]["header"]>["Acting-As"]>;
export const liaison: Acting = "liaison";
// @ts-expect-error nobody acts as the system
export const system: Acting = "system";

/** Filters of several values are arrays of what there is; a client joins them with commas (`explode: false`). */
type IssueFilters = NonNullable<operations["get_issues"]["parameters"]["query"]>;
export const late: IssueFilters = {
  state: ["open", "merged"],
  lateness: ["overdue", "long_overdue"],
  pending: ["extension"],
  sort: "due",
};
// @ts-expect-error no issue stands like this
export const tardy: IssueFilters = { lateness: ["tardy"] };
// @ts-expect-error no event has this type
export const forgotten: NonNullable<operations["get_events"]["parameters"]["query"]> = { type: ["issue.forgotten"] };
