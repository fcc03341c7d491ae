import { expect, test } from "vitest";
import { csvOf } from "./refused-file";

test("writes refused rows so that a spreadsheet reads them, and computes none", () => {
  const failure = { row: 2, entity_id: "a,1", image_url: null, code: "image_not_found" };
  const formula = { ...failure, row: 3, entity_id: "=1+1", detail: 'It said "no"\nand left.' };
  expect(csvOf([{ ...failure, detail: "Not there." }, formula])).toBe(
    [
      "row,entity_id,image_url,code,detail",
      '2,"a,1",,image_not_found,Not there.',
      `3,'=1+1,,image_not_found,"It said ""no""\nand left."`,
      "",
    ].join("\r\n"),
  );
});
