import { FileUp, Search } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { key } from "../api/key";
import type { Source } from "../check/sources";
import { useDropAndPaste } from "../check/use-drop-and-paste";
import { Icon } from "../shared/icon";
import { place, setParameters } from "../shared/place";
import { strings } from "../strings";
import { ImportProgress } from "./import-progress";
import { load } from "./imports";
import { list } from "./listing";
import { ProductDialog } from "./product-dialog";
import { ProductList } from "./product-list";

const words = strings.catalogue;

/** All products: browsed, searched, and loaded from a feed that is dropped. */
export function CatalogueView() {
  const [complaint, setComplaint] = useState("");
  const conditions = conditionsOf(place.value.parameters);
  const now = conditions.toString();
  useEffect(() => list(conditions), [now, key.value]);
  const begin = (sources: readonly Source[]) => {
    const [first] = sources;
    const feed = sources.length === 1 && first && "file" in first ? first.file : null;
    setComplaint(feed ? "" : words.notAFeed);
    if (feed) void load(feed, () => list(conditionsOf(place.value.parameters)));
  };
  const isOver = useDropAndPaste(begin);
  const product = place.value.parameters.get("product");
  return (
    <div class={isOver ? "catalogue over" : "catalogue"}>
      <div class="catalogue-bar">
        <h1>{words.title}</h1>
        <SearchField />
        <FeedButton onFeed={(file) => begin([{ file }])} />
      </div>
      {isOver && <p class="drop-now">{words.dropFeed}</p>}
      <p class="complaint" role="alert">
        {complaint}
      </p>
      <ImportProgress />
      <ProductList isFiltered={now !== ""} />
      {product && (
        <ProductDialog
          key={product}
          entityId={product}
          onClose={() => setParameters({ product: null })}
        />
      )}
    </div>
  );
}

function conditionsOf(parameters: URLSearchParams): URLSearchParams {
  const names = new Set(["q", "sku", "filter"]);
  return new URLSearchParams([...parameters].filter(([name, value]) => names.has(name) && value));
}

/** A text, or `key:value` for an attribute; kept in the address bar. */
function SearchField() {
  const { parameters } = place.value;
  const timer = useRef(0);
  const set = (text: string) => {
    const isFilter = /^[^\s:]+:\S/.test(text);
    setParameters({ q: isFilter ? null : text || null, filter: isFilter ? text : null });
  };
  return (
    <label class="search">
      <span class="unseen">{words.search}</span>
      <Icon of={Search} size={18} />
      <input
        type="search"
        placeholder={words.searchHint}
        defaultValue={parameters.get("q") ?? parameters.get("filter") ?? ""}
        onInput={({ currentTarget }) => {
          const text = currentTarget.value.trim();
          clearTimeout(timer.current);
          timer.current = window.setTimeout(() => set(text), 250);
        }}
      />
    </label>
  );
}

function FeedButton({ onFeed }: { onFeed: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const choose = () => {
    const file = input.current?.files?.[0];
    if (file) onFeed(file);
    if (input.current) input.current.value = "";
  };
  return (
    <>
      <button type="button" class="primary" onClick={() => input.current?.click()}>
        <Icon of={FileUp} size={18} />
        {words.load}
      </button>
      <input ref={input} type="file" hidden aria-label={words.load} onChange={choose} />
    </>
  );
}
