import { SlidersHorizontal } from "lucide";
import { Icon } from "../shared/icon";
import { percent, strings } from "../strings";
import { DEFAULTS, EFFORTS, MAX_TOP, setSettings, settings } from "./settings";

const words = strings.check.options;

/** How to check: folded away, since the defaults serve nearly everybody. */
export function Options() {
  const { effort, least, top, filters } = settings.value;
  const summary = [strings.check.efforts[effort].name, `≥ ${percent(least)}`, ...filters];
  return (
    <details class="options">
      <summary>
        <Icon of={SlidersHorizontal} size={16} />
        {words.title}
        <span class="hint">{summary.join(" · ")}</span>
      </summary>
      <div class="options-fields">
        <EffortField />
        <NumberField
          label={`${words.least}, %`}
          value={least}
          most={100}
          hint={words.leastHint}
          onValue={(value) => setSettings({ least: value })}
        />
        <NumberField
          label={words.top}
          value={top}
          least={1}
          most={MAX_TOP}
          onValue={(value) => setSettings({ top: value })}
        />
        <FilterField />
        <button type="button" class="quiet" onClick={() => setSettings(DEFAULTS)}>
          {words.reset}
        </button>
      </div>
    </details>
  );
}

function EffortField() {
  return (
    <fieldset class="segments">
      <legend>{words.effort}</legend>
      {EFFORTS.map((each) => (
        <label key={each}>
          <input
            type="radio"
            name="effort"
            value={each}
            checked={settings.value.effort === each}
            onChange={() => setSettings({ effort: each })}
          />
          <span>{strings.check.efforts[each].name}</span>
        </label>
      ))}
      <p class="hint">{strings.check.efforts[settings.value.effort].meaning}</p>
    </fieldset>
  );
}

interface NumberProps {
  label: string;
  value: number;
  least?: number;
  most: number;
  hint?: string;
  onValue: (value: number) => void;
}

function NumberField({ label, value, least = 0, most, hint, onValue }: NumberProps) {
  return (
    <label class="field">
      {label}
      <input
        type="number"
        min={least}
        max={most}
        value={value}
        onChange={({ currentTarget }) => {
          if (currentTarget.value && currentTarget.checkValidity())
            onValue(currentTarget.valueAsNumber);
        }}
      />
      {hint && <span class="hint">{hint}</span>}
    </label>
  );
}

function FilterField() {
  const set = (text: string) =>
    setSettings({
      filters: text
        .split(",")
        .map((each) => each.trim())
        .filter((each) => each.includes(":")),
    });
  return (
    <label class="field">
      {words.filter}
      <input
        type="text"
        value={settings.value.filters.join(", ")}
        onChange={({ currentTarget }) => set(currentTarget.value)}
      />
      <span class="hint">{words.filterHint}</span>
    </label>
  );
}
