import type { Failure } from "../api/types";

/** As in the file of `lookalike import --failures`. */
const COLUMNS = ["row", "entity_id", "image_url", "code", "detail"] as const;
/** What a spreadsheet would compute, in some languages in full width; as `spreadsheet_cells.py`. */
const COMPUTED = /^[=+\-@\t\r'＝＋－＠]/;

/** Refused rows as CSV. */
export function csvOf(failures: readonly Failure[]): string {
  const rows = failures.map((failure) => COLUMNS.map((name) => cell(failure[name])));
  return [COLUMNS, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

function cell(value: string | number | null): string {
  const text = COMPUTED.test(`${value}`) ? `'${value}` : `${value ?? ""}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
