import { SlidersHorizontal } from "lucide";
import { Icon } from "../shared/icon";
import { setParameters } from "../shared/place";
import { strings } from "../strings";
import { filters } from "./review";

const words = strings.review;

/** Which pairs are asked about; kept in the address bar. */
export function Filters() {
  const { kind, least, attribute, isAll } = filters.value;
  return (
    <details class="options">
      <summary>
        <Icon of={SlidersHorizontal} size={16} />
        {words.filters}
        <span class="hint">
          {[
            words.states[isAll ? "all" : ""],
            words.kinds[kind],
            least > 0 && `≥ ${least} %`,
            attribute,
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </summary>
      <div class="options-fields">
        <label class="field">
          {words.state}
          <select
            value={isAll ? "all" : ""}
            onChange={({ currentTarget }) => setParameters({ state: currentTarget.value || null })}
          >
            {Object.entries(words.states).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          {words.kind}
          <select
            value={kind}
            onChange={({ currentTarget }) => setParameters({ kind: currentTarget.value || null })}
          >
            {Object.entries(words.kinds).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          {words.least}
          <input
            type="number"
            min="0"
            max="100"
            value={least}
            onChange={({ currentTarget }) => setParameters({ least: currentTarget.value || null })}
          />
        </label>
        <label class="field">
          {words.attribute}
          <input
            type="text"
            value={attribute}
            onChange={({ currentTarget }) => setParameters({ with: currentTarget.value || null })}
          />
          <span class="hint">{words.attributeHint}</span>
        </label>
      </div>
    </details>
  );
}
