import { PackageOpen } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import type { ListedProduct } from "../api/types";
import { Announcement } from "../shared/announcement";
import { Icon } from "../shared/icon";
import { namesOf } from "../shared/naming";
import { Picture } from "../shared/picture";
import { sightOf } from "../shared/pictures";
import { setParameters } from "../shared/place";
import { TroubleNote } from "../shared/trouble-note";
import { useLongList } from "../shared/use-long-list";
import { strings } from "../strings";
import { listing, look, more, productAt } from "./listing";

/** Pixels; as in `catalogue.css`. */
const ROW = 68;
/** Rows before the end at which further ones are read. */
const AHEAD = 40;
const words = strings.catalogue;

/** The products that were read, of which those in the window are drawn. */
export function ProductList({ isFiltered }: { isFiltered: boolean }) {
  const { count, cursor, isLoading, trouble } = listing.value;
  const list = useRef<HTMLUListElement>(null);
  const { first, end, shift, height } = useLongList(list, count, ROW);
  useEffect(() => {
    void look(first, end);
    if (count > 0 && end > count - AHEAD) void more();
  }, [first, end, count]);
  const isFirst = isLoading && count === 0;
  const text = isFirst ? words.loading : words.shown(count, cursor === null);
  const isNone = count === 0 && cursor === null;
  const indices = Array.from({ length: Math.max(end - first, 0) }, (_, each) => first + each);
  return (
    <section aria-busy={isLoading}>
      {!isNone && <p class="hint">{text}</p>}
      <Announcement text={text} state={`${isFirst} ${cursor === null}`} />
      {trouble && <TroubleNote trouble={trouble} onRetry={more} />}
      {isNone && <Nothing isFiltered={isFiltered} />}
      <ul ref={list} class="products" style={{ height: `${height}px` }}>
        {indices.map((index) => {
          const product = productAt(index);
          return (
            <li
              key={`${index} ${product?.entity_id}`}
              style={{ transform: `translateY(${index * ROW - shift}px)` }}
            >
              <Row product={product} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** @param product null: it is being read again */
function Row({ product }: { product: ListedProduct | null }) {
  if (!product) return <p class="row hint">{words.loading}</p>;
  const { entity_id, attributes, images = [], state } = product;
  const { name, further } = namesOf(product);
  return (
    <button type="button" class="row" onClick={() => setParameters({ product: entity_id })}>
      <Picture of={sightOf(product)} alt="" isSmall lazy />
      <span class="row-words">
        <span class="row-name">{name}</span>
        <span class="hint">{further}</span>
      </span>
      <span class="chips">
        {state === "featureless" && <span class="chip">{words.featureless}</span>}
        {images.length > 1 && <span class="chip">{words.pictures(images.length)}</span>}
        {Object.entries(attributes).map(([key, value]) => (
          <span key={key} class="chip">
            {key}: {value}
          </span>
        ))}
      </span>
    </button>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  return (
    <div class="verdict tone-plain">
      <span class="verdict-icon">
        <Icon of={PackageOpen} size={24} />
      </span>
      <div class="verdict-words">
        <h2>{isFiltered ? words.none : words.empty}</h2>
        {isFiltered && <p>{words.noneText}</p>}
        {!isFiltered && (
          <p>
            {words.emptyText} <code>lookalike import catalogue.csv</code>
          </p>
        )}
      </div>
    </div>
  );
}
