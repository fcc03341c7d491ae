import { useId } from "preact/hooks";
import type { ImportPreview } from "../api/types";
import { FactList } from "../shared/fact-list";
import { strings } from "../strings";
import { consider, type FeedPlan, FIELDS, type Field, type KnownColumns } from "./plan";

const words = strings.catalogue.preview.columns;

interface Props {
  planned: FeedPlan;
  known: KnownColumns;
}

/** Which column of a feed has which field, as it was recognised, or is chosen here. */
export function ColumnChoice({ planned: { file, columns, preview, trouble }, known }: Props) {
  const choose = (field: Field, column: string) =>
    void consider(file, { columns: { ...columns, [field]: column } });
  return (
    <section class="columns" aria-label={words.title}>
      <p class="complaint" role="alert">
        {trouble?.problem?.columns && words.unknown}
      </p>
      <div class="column-fields">
        {FIELDS.map((field) => (
          <FieldColumn key={field} field={field} known={known} onChosen={choose} />
        ))}
      </div>
      {preview && <Others columns={preview.columns} />}
      {Object.keys(columns).length > 0 && (
        <button type="button" onClick={() => void consider(file, { columns: {} })}>
          {words.again}
        </button>
      )}
    </section>
  );
}

interface FieldColumnProps {
  field: Field;
  known: KnownColumns;
  onChosen: (field: Field, column: string) => void;
}

function FieldColumn({
  field,
  known: { available, fields, examples },
  onChosen,
}: FieldColumnProps) {
  const now = fields[field];
  const isOptional = field === "sku";
  const example = useId();
  return (
    <div>
      <label class="field">
        {words[field]}
        <select
          aria-describedby={example}
          value={now ?? ""}
          onChange={({ currentTarget: { value } }) => onChosen(field, value)}
        >
          {(isOptional || !now) && (
            <option value="">{isOptional ? words.none : words.choose}</option>
          )}
          {available.map((column) => (
            <option key={column} value={column}>
              {column}
            </option>
          ))}
        </select>
      </label>
      <p id={example} class="hint example">
        {now && examples[now]}
      </p>
    </div>
  );
}

/** What becomes of the columns that have no field, each with a value. */
function Others({ columns }: { columns: ImportPreview["columns"] }) {
  const { examples, further_pictures, attributes, left_out } = columns;
  const facts = [
    [words.further, further_pictures],
    [words.attributes, attributes],
    [words.left, left_out],
  ] as const;
  const shown = facts
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => [what, names.map((name) => named(name, examples[name]))] as const);
  return (
    <div class="facts">
      <FactList facts={shown} />
    </div>
  );
}

function named(column: string, example: string | undefined) {
  return (
    <span key={column} class="named">
      {column} <span class="hint example">{example}</span>
    </span>
  );
}
