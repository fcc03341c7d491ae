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

function FieldColumn({ field, known: { available, fields }, onChosen }: FieldColumnProps) {
  const now = fields[field];
  const isOptional = field === "sku";
  return (
    <label class="field">
      {words[field]}
      <select value={now ?? ""} onChange={({ currentTarget: { value } }) => onChosen(field, value)}>
        {(isOptional || !now) && <option value="">{isOptional ? words.none : words.choose}</option>}
        {available.map((column) => (
          <option key={column} value={column}>
            {column}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What becomes of the columns that have no field. */
function Others({ columns }: { columns: ImportPreview["columns"] }) {
  const facts = [
    [words.further, columns.further_pictures.join(", ")],
    [words.attributes, columns.attributes.join(", ")],
    [words.left, columns.left_out.join(", ")],
  ] as const;
  return (
    <div class="facts">
      <FactList facts={facts.filter(([, value]) => value)} />
    </div>
  );
}
