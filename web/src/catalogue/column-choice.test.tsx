import { fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ImportPreview } from "../api/types";
import { aProblem, json, some } from "../shared/made";
import { ColumnChoice } from "./column-choice";
import { type FeedPlan, forget, type KnownColumns, plan } from "./plan";

const FILE = new File(["id"], "feed.csv");
const KNOWN: KnownColumns = {
  available: ["Nr", "Foto", "Bild"],
  fields: { entity_id: "Nr", sku: null, image_url: null },
  examples: { Nr: "17", Foto: "a.jpg" },
};

function aPlan(changes: Partial<FeedPlan> = {}): FeedPlan {
  const wanted = { mode: "import", most: "10%", columns: {} } as const;
  const asked = { known: KNOWN, preview: null, trouble: null, isAsking: false };
  return { file: FILE, ...wanted, ...asked, ...changes };
}

function options(name: string): string[] {
  return [...screen.getByLabelText<HTMLSelectElement>(name).options].map(({ text }) => text);
}

beforeEach(() => {
  vi.stubGlobal("fetch", async () => json(aProblem({ columns: ["Nr", "Foto", "Bild"] }), 422));
});

afterEach(() => {
  vi.unstubAllGlobals();
  forget();
});

test("lists the columns of the file for each field, and none for what a product may lack", () => {
  render(<ColumnChoice planned={aPlan()} known={KNOWN} />);
  expect(options("Id")).toEqual(["Nr", "Foto", "Bild"]);
  expect(options("SKU")).toEqual(["none", "Nr", "Foto", "Bild"]);
  expect(options("Picture")).toEqual(["Choose a column", "Nr", "Foto", "Bild"]);
  expect(screen.getByLabelText<HTMLSelectElement>("Id").value).toBe("Nr");
  expect(screen.queryByRole("button")).toBeNull();
});

test("shows a value of each column that was recognised, and of those that have no field", () => {
  const columns = {
    ...{ entity_id: "Nr", sku: null, image_url: "Foto", available: ["Nr", "Foto", "Farbe"] },
    ...{ further_pictures: [], attributes: ["Farbe"], left_out: [] },
    examples: { Nr: "17", Foto: "a.jpg", Farbe: "rot" },
  };
  const fields = { entity_id: "Nr", sku: null, image_url: "Foto" };
  const preview = some<ImportPreview>({ columns });
  const known = { ...KNOWN, fields };
  const { container } = render(<ColumnChoice planned={aPlan({ preview })} known={known} />);
  const shown = [...container.querySelectorAll(".example")].map(({ textContent }) => textContent);
  expect(shown).toEqual(["17", "", "a.jpg", "rot"]);
});

test("adds what is chosen to what was chosen before, and takes all of it back", () => {
  const planned = aPlan({ columns: { entity_id: "Nr" } });
  plan.value = planned;
  render(<ColumnChoice planned={planned} known={KNOWN} />);
  fireEvent.change(screen.getByLabelText("Picture"), { target: { value: "Bild" } });
  expect(plan.value).toMatchObject({ columns: { entity_id: "Nr", image_url: "Bild" } });
  fireEvent.click(screen.getByRole("button", { name: "As recognised" }));
  expect(plan.value).toMatchObject({ columns: {}, isAsking: true });
});
